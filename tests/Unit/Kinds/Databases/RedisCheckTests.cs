using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class RedisCheckTests
{
    [Theory]
    [InlineData("-NOAUTH Authentication required.\r\n", ErrorType.Authentication)]
    [InlineData("-WRONGPASS invalid username-password pair\r\n", ErrorType.Authentication)]
    [InlineData("-NOPERM this user has no permissions\r\n", ErrorType.Authorization)]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", ErrorType.ConnectionFailed)]
    [InlineData("-OOM command not allowed\r\n", ErrorType.ResourceExhausted)]
    [InlineData("-ERR max number of clients reached\r\n", ErrorType.ResourceExhausted)]
    [InlineData("-ERR unknown command\r\n", ErrorType.Protocol)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", ErrorType.Protocol)]
    [InlineData("$99999999\r\n", ErrorType.Protocol)]
    [InlineData("+PO", ErrorType.ConnectionReset)]
    public async Task Answer_OfTheServer_HasAMeaning(string answer, ErrorType errorType)
    {
        await using var target = TcpTarget.SayingAtOnce(answer);
        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}");
        judgement.ErrorType.ShouldBe(errorType);
    }

    [Fact]
    public async Task Refusal_OfTheServer_KeepsWhatWasObservedBefore()
    {
        await using var target = TcpTarget.SayingAtOnce("+PONG\r\n-ERR max number of clients reached\r\n");

        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "expect: [role == master]");

        judgement.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        judgement.Observations.Select(it => it.Name).ShouldBe(["dns", "connect", "ping", "latency"], ignoreOrder: true);
    }

    [Fact]
    public async Task Info_ThatIsAnswered_IsObserved()
    {
        const string Info =
            "# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:90\r\nused_memory:1024\r\nmaxmemory:4096\r\nrole:master\r\n";
        await using var target = TcpTarget.SayingAtOnce($"+PONG\r\n${Info.Length}\r\n{Info}\r\n");
        var judgement = await CheckRun.JudgeAsync(
            "kind: redis", $"address: 127.0.0.1:{target.Port}", "expect: [role == master, memoryUsed == 25%, uptime == 90s]");
        judgement.Reason.ShouldBeNull();
        judgement.Observed("version").ShouldBe("7.0.15");
        judgement.Observed("clients").ShouldBeNull();
    }

    [Theory]
    [InlineData("127.0.0.1:{0},127.0.0.1:{1}")]
    [InlineData("redis://127.0.0.1:{0},127.0.0.1:{1}/0")]
    public async Task Servers_OfWhichTheFirstRefuses_AreAskedAllTheSame(string connectionString)
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var target = TcpTarget.SayingAtOnce("+PONG\r\n-NOPERM no\r\n");
        var judgement = await CheckRun.JudgeAsync(
            "kind: redis",
            $"connectionString: '{string.Format(CultureInfo.InvariantCulture, connectionString, port, target.Port)}'");
        judgement.Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("", Result.Pass)]
    [InlineData("expect: role == master", Result.Fail)]
    public async Task Info_ThatIsRefused_MattersWhereAConditionNeedsIt(string condition, Result result)
    {
        await using var target = TcpTarget.SayingAtOnce("+PONG\r\n-NOPERM this user has no permissions to run the 'info' command\r\n");
        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", condition);
        judgement.Result.ShouldBe(result);
        judgement.ErrorType.ShouldBe(result == Result.Pass ? null : ErrorType.Authorization);
    }

    [Theory]
    [InlineData("+OK\r\n$5\r\nother\r\n:1\r\n", ErrorType.Expectation, "reading the key back: it holds another value than the one written")]
    [InlineData("+OK\r\n$-1\r\n:0\r\n", ErrorType.Expectation, "reading the key back: it is gone, although the server accepted it")]
    [InlineData("-READONLY You can't write against a read only replica.\r\n", ErrorType.ConnectionFailed,
        "writing a key health-agent:subject:…: READONLY You can't write against a read only replica.")]
    [InlineData("-NOREPLICAS Not enough good replicas to write.\r\n", ErrorType.ConnectionFailed,
        "writing a key health-agent:subject:…: NOREPLICAS Not enough good replicas to write.")]
    [InlineData("-MISCONF Redis is configured to save\r\n", ErrorType.ResourceExhausted,
        "writing a key health-agent:subject:…: MISCONF Redis is configured to save")]
    [InlineData("+OK\r\n*0\r\n", ErrorType.Protocol, "the server does not speak the Redis protocol")]
    public async Task RoundTrip_ThroughAServerThatLiesOrRefuses_SaysAtWhichStep(string answers, ErrorType errorType, string reason)
    {
        await using var target = TcpTarget.SayingAtOnce($"+PONG\r\n-NOPERM no\r\n{answers}");
        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: true");
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\n", "-READONLY no writes\r\n", ErrorType.ConnectionFailed,
        "writing a key health-agent:subject:…: READONLY no writes; it is a replica of 10.0.0.1:6379")]
    [InlineData("used_memory:999\r\nmaxmemory:1000\r\nmaxmemory_policy:volatile-ttl\r\n", "+OK\r\n$-1\r\n:0\r\n", ErrorType.Expectation,
        "reading the key back: it is gone, although the server accepted it; "
        + "memory is 99.9% used, and when it is full, volatile-ttl evicts keys")]
    [InlineData("used_memory:999\r\nmaxmemory:1000\r\nmaxmemory_policy:noeviction\r\n", "+OK\r\n$-1\r\n:0\r\n", ErrorType.Expectation,
        "reading the key back: it is gone, although the server accepted it")]
    [InlineData("used_memory:999\r\nmaxmemory:0\r\nmaxmemory_policy:volatile-ttl\r\n", "+OK\r\n$-1\r\n:0\r\n", ErrorType.Expectation,
        "reading the key back: it is gone, although the server accepted it")]
    public async Task RoundTrip_ThatFails_IsExplainedByTheStateOfTheServer(
        string info, string answers, ErrorType errorType, string reason)
    {
        await using var target = TcpTarget.SayingAtOnce($"+PONG\r\n${info.Length}\r\n{info}\r\n{answers}");
        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: true");
        judgement.ErrorType.ShouldBe(errorType);
        judgement.Reason.ShouldBe(reason);
    }

    [Fact]
    public void Prefix_ThatIsEmpty_IsRefused() =>
        Configured.Read("checks: [{name: a, kind: redis, address: 'h:1', roundTrip: {prefix: ''}}]").Errors.ShouldHaveSingleItem()
            .ShouldContain("checks[a].roundTrip.prefix: a prefix is required");

    [Fact]
    public async Task Commands_OfATracedRun_AreClientSpansWithoutThePassword()
    {
        using var run = new Activity("run").Start();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Names.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == run.TraceId)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var target = TcpTarget.SayingAtOnce("+OK\r\n+PONG\r\n-NOPERM no\r\n");

        await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "password: correct-horse");

        spans.Select(span => $"{span.Kind} {span.OperationName} {span.Status} {span.GetTagItem("error.type")}")
            .ShouldBe(["Client AUTH Unset ", "Client PING Unset ", "Client INFO Error NOPERM"]);
        spans.ShouldAllBe(
            span => span.GetTagItem("db.system.name") as string == "redis" && span.GetTagItem("server.port") as int? == target.Port);
        spans.SelectMany(span => span.TagObjects).ShouldAllBe(tag => tag.Value!.ToString() != "correct-horse");
    }
}
