using System.Globalization;
using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips in a real cluster of two nodes, each with half of the keys.</summary>
public sealed partial class RedisClusterTests(RedisClusterTests.Cluster cluster) : IClassFixture<RedisClusterTests.Cluster>, IAsyncLifetime
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
    public async Task RoundTrip_OfAnyNode_IsOfAKeyThatTheNodeHas()
    {
        foreach (var node in cluster.Ports)
        {
            var before = await cluster.SetsAsync(node);
            for (var run = 0; run < 3; run++)
            {
                var verdict = await JudgeAsync(node);

                verdict.Reason.ShouldBeNull($"node {node}");
                verdict.Observed("delete").ShouldBeOfType<TimeSpan>();
            }

            (await cluster.SetsAsync(node) - before).ShouldBe(3);
            (await cluster.AskAsync(node, "DBSIZE")).ShouldBe("0");
        }
    }

    private static Task<CheckVerdict> JudgeAsync(int port) => CheckRun.JudgeAsync(
        "kind: redis", $"address: 127.0.0.1:{port}", "username: probe", "password: secret", "roundTrip: true");

    /// <summary>Two nodes in one container, which name each other by ports that are the same outside.</summary>
    public sealed partial class Cluster : SharedContainer
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

        /// <summary>How many keys a node has set, without those that it refused.</summary>
        public async Task<int> SetsAsync(int port) =>
            SetCalls().Match(await AskAsync(port, "INFO commandstats")) is { Success: true } sets
                ? int.Parse(sets.Groups["calls"].Value, CultureInfo.InvariantCulture)
                : 0;

        /// <summary>What a node answers to a command of the administrator.</summary>
        public Task<string> AskAsync(int port, string command) => RunAsync(["redis-cli", "-p", Text(port), .. command.Split(' ')]);

        [GeneratedRegex(@"^cmdstat_set:calls=(?<calls>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex SetCalls();

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
