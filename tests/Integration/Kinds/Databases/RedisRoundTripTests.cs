using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Kinds.Databases;

/// <summary>Round trips through a real Redis, by a user who may do no more than the documentation asks for.</summary>
public sealed class RedisRoundTripTests(RedisRoundTripTests.Server redis) : IClassFixture<RedisRoundTripTests.Server>, IAsyncLifetime
{
    private const string Rights = "reset on >secret ~health-agent:* +ping +info +set +get +del";

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync(() => new RedisBuilder(TestEnvironment.RedisImage).Build());
        await redis.AskAsync("REPLICAOF NO ONE");
        await redis.AskAsync("CONFIG SET maxmemory 0");
        await redis.AskAsync("FLUSHALL");
        await redis.AskAsync($"ACL SETUSER probe {Rights}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RoundTrip_WithTheRightsOfTheDocumentation_PassesAndLeavesNothing()
    {
        var verdict = await JudgeAsync(redis.Port);

        verdict.Reason.ShouldBeNull();
        foreach (var phase in (string[])["write", "read", "delete"])
        {
            verdict.Observed(phase).ShouldBeOfType<TimeSpan>();
        }

        (await redis.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task RoundTrip_CutOffAtEveryStep_LeavesOnlyKeysThatExpire()
    {
        await using var whole = new CutProxy(redis.Port);
        (await JudgeAsync(whole.Port)).Reason.ShouldBeNull();
        List<string> steps = [];
        for (var last = 1; last <= whole.Messages; last++)
        {
            await using var proxy = new CutProxy(redis.Port, last);
            var verdict = await JudgeAsync(proxy.Port);
            verdict.ErrorType.ShouldBe(ErrorType.ConnectionReset, $"after message {last}: {verdict.Reason}");
            steps.Add(verdict.Reason!.Split(':')[0]);
        }

        string[] expected =
        [
            "waiting for the reply to AUTH", "waiting for the reply to PING", "waiting for the reply to INFO",
            "writing a key health-agent", "reading the key back", "deleting the key",
        ];
        steps.ShouldBe(expected);

        // Cut off while writing and while reading; one may have expired by now.
        foreach (var key in await redis.KeysAsync())
        {
            key.ShouldStartWith("health-agent:{subject}:");
            (await redis.AskAsync($"TTL {key}") == "-1").ShouldBeFalse("a key without an expiry stays");
        }

        await Eventually.TrueAsync(redis.KeysAsync, left => left.Length == 0, "all keys have expired");
    }

    [Theory]
    [InlineData("-set", "writing a key health-agent:{subject}:…: NOPERM")]
    [InlineData("-get", "reading the key back: NOPERM")]
    [InlineData("-del", "deleting the key: NOPERM")]
    [InlineData("resetkeys ~other:*", "writing a key health-agent:{subject}:…: NOPERM")]
    public async Task RoundTrip_WithoutARight_SaysWhatIsNeeded(string lacking, string reason)
    {
        await redis.AskAsync($"ACL SETUSER probe {lacking}");

        var verdict = await JudgeAsync(redis.Port);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        verdict.Reason.ShouldStartWith(reason);
        verdict.Reason.ShouldEndWith("; it takes ACL SETUSER probe ~health-agent:* +set +get +del");
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("info")]
    public async Task Check_WithoutARight_NamesIt(string command)
    {
        await redis.AskAsync($"ACL SETUSER probe -{command}");

        var verdict = await JudgeAsync(redis.Port);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        verdict.Reason.ShouldBe($"NOPERM User probe has no permissions to run the '{command}' command");
        verdict.Observed("login").ShouldBeOfType<TimeSpan>();
    }

    [Theory]
    [InlineData("REPLICAOF 127.0.0.1 1", ErrorType.ConnectionFailed, "READONLY")]
    [InlineData("CONFIG SET maxmemory 1", ErrorType.ResourceExhausted, "OOM")]
    public async Task RoundTrip_OnAServerThatTakesNoWrites_SaysWhy(string command, ErrorType errorType, string code)
    {
        (await redis.AskAsync(command)).ShouldStartWith("OK");

        var verdict = await JudgeAsync(redis.Port);

        verdict.ErrorType.ShouldBe(errorType);
        verdict.Reason.ShouldStartWith($"writing a key health-agent:{{subject}}:…: {code} ");
        if (code == "READONLY")
        {
            verdict.Reason.ShouldEndWith("; it is a replica of 127.0.0.1:1");
        }
    }

    [Fact]
    public async Task RoundTrip_BelowAPrefix_WritesNowhereElse()
    {
        await redis.AskAsync("ACL SETUSER probe resetkeys ~{a}b*:*");

        (await JudgeAsync(redis.Port, "roundTrip: { prefix: '{a}b' }")).Reason.ShouldBeNull();
    }

    private static Task<CheckVerdict> JudgeAsync(int port, string roundTrip = "roundTrip: true") => CheckRun.JudgeAsync(
        "kind: redis", $"address: 127.0.0.1:{port}", "username: probe", "password: secret", roundTrip, "expect: role exists");

    /// <summary>The server.</summary>
    public sealed class Server : SharedContainer
    {
        public int Port => Container.GetMappedPublicPort(6379);

        /// <summary>What the server answers to a command of the administrator.</summary>
        public Task<string> AskAsync(string command) => RunAsync(["redis-cli", .. command.Split(' ')]);

        public async Task<string[]> KeysAsync() =>
            (await AskAsync("KEYS *")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
