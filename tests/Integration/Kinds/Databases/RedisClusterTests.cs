using System.Globalization;
using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips in a real cluster of two nodes, one of which has the key of a check.</summary>
public sealed class RedisClusterTests(RedisClusterTests.Cluster cluster) : IClassFixture<RedisClusterTests.Cluster>, IAsyncLifetime
{
    private const string Rights = "reset on >secret ~health-agent:* +ping +info +set +get +del";

    public async ValueTask InitializeAsync()
    {
        await cluster.StartAsync();
        foreach (var node in cluster.Ports)
        {
            await cluster.AskAsync(node, "FLUSHALL");
            await cluster.AskAsync(node, $"ACL SETUSER probe {Rights}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RoundTrip_OfAnyNode_GoesToTheOneThatHasTheKeyAndLeavesNothing()
    {
        foreach (var node in cluster.Ports)
        {
            // The name of the check decides, not luck.
            for (var run = 0; run < 3; run++)
            {
                var verdict = await JudgeAsync(node);

                verdict.Reason.ShouldBeNull($"node {node}");
                verdict.Observed("delete").ShouldBeOfType<TimeSpan>();
            }

            (await cluster.AskAsync(node, "DBSIZE")).ShouldBe("0");
        }
    }

    [Fact]
    public async Task RoundTrip_WithoutARightOnTheNodeThatHasTheKey_NamesThatNode()
    {
        var (owner, other) = await cluster.OwnerOfAsync("subject");
        await cluster.AskAsync(owner, "ACL SETUSER probe -get");

        var verdict = await JudgeAsync(other);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        verdict.Reason.ShouldStartWith($"reading the key back at 127.0.0.1:{owner}: NOPERM");
    }

    [Fact]
    public async Task RoundTrip_WhileTheSlotIsMoved_FollowsWithOneRightMore()
    {
        var (owner, other) = await cluster.OwnerOfAsync("subject");
        var slot = await cluster.AskAsync(owner, "CLUSTER KEYSLOT subject");
        await cluster.AskAsync(other, $"CLUSTER SETSLOT {slot} IMPORTING {await cluster.AskAsync(owner, "CLUSTER MYID")}");
        await cluster.AskAsync(owner, $"CLUSTER SETSLOT {slot} MIGRATING {await cluster.AskAsync(other, "CLUSTER MYID")}");
        try
        {
            var verdict = await JudgeAsync(owner);

            verdict.ErrorType.ShouldBe(ErrorType.Authorization);
            verdict.Reason.ShouldEndWith("; it takes ACL SETUSER probe +asking while a cluster moves the key's slot");

            await cluster.AskAsync(other, "ACL SETUSER probe +asking");
            (await JudgeAsync(owner)).Reason.ShouldBeNull();
            (await cluster.AskAsync(other, "DBSIZE")).ShouldBe("0");
        }
        finally
        {
            await cluster.AskAsync(other, $"CLUSTER SETSLOT {slot} STABLE");
            await cluster.AskAsync(owner, $"CLUSTER SETSLOT {slot} STABLE");
        }
    }

    private static Task<CheckVerdict> JudgeAsync(int port) => CheckRun.JudgeAsync(
        "kind: redis", $"address: 127.0.0.1:{port}", "username: probe", "password: secret", "roundTrip: true");

    /// <summary>Two nodes in one container, which name each other by ports that are the same outside.</summary>
    public sealed class Cluster : SharedContainer
    {
        private const int Slots = 16384;

        public IReadOnlyList<int> Ports { get; } = [Containers.FreePort(), Containers.FreePort()];

        public async Task StartAsync()
        {
            if (!await StartAsync(() => new RedisBuilder(TestEnvironment.RedisImage)
                .WithPortBinding(Ports[0], Ports[0]).WithPortBinding(Ports[1], Ports[1]).Build()))
            {
                return;
            }

            foreach (var (i, port) in Ports.Index())
            {
                await RunAsync("mkdir", $"/tmp/{port}");
                await RunAsync(
                    "redis-server", "--port", Text(port), "--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1",
                    "--protected-mode", "no", "--save", "", "--dir", $"/tmp/{port}", "--daemonize", "yes");
                await RunAsync("sh", "-c", $"until redis-cli -p {port} ping; do sleep 0.1; done");
                await AskAsync(port, $"CLUSTER ADDSLOTSRANGE {i * Slots / 2} {((i + 1) * Slots / 2) - 1}");
            }

            await AskAsync(Ports[0], $"CLUSTER MEET 127.0.0.1 {Ports[1]}");
            foreach (var port in Ports)
            {
                await Eventually.TrueAsync(
                    () => AskAsync(port, "CLUSTER INFO"),
                    info => info.Contains("cluster_state:ok", StringComparison.Ordinal)
                        && info.Contains("cluster_known_nodes:2", StringComparison.Ordinal),
                    "the nodes know each other");
            }
        }

        /// <summary>The node that has a key, and the other.</summary>
        public async Task<(int Owner, int Other)> OwnerOfAsync(string key)
        {
            var slot = int.Parse(await AskAsync(Ports[0], $"CLUSTER KEYSLOT {key}"), CultureInfo.InvariantCulture);
            return slot < Slots / 2 ? (Ports[0], Ports[1]) : (Ports[1], Ports[0]);
        }

        /// <summary>What a node answers to a command of the administrator.</summary>
        public Task<string> AskAsync(int port, string command) => RunAsync(["redis-cli", "-p", Text(port), .. command.Split(' ')]);

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
