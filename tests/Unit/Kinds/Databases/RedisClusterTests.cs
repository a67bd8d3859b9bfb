using System.Globalization;
using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Databases;

/// <summary>Round trips to a node of a cluster that names another.</summary>
public sealed class RedisClusterTests
{
    [Theory]
    [InlineData("MOVED")]
    [InlineData("ASK")]
    public async Task RoundTrip_OfAKeyThatAnotherNodeHas_TakesOneOfTheNodeItself(string code)
    {
        using var elsewhere = TcpTarget.Refusing(out var port);
        var refused = 2;
        await using var target = Node(key => refused-- > 0 ? $"-{code} 3999 127.0.0.1:{port}" : null, "-NOPERM no");

        (await JudgeAsync(target)).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task RoundTrip_OfANodeWithoutSlots_SaysSo()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await using var target = Node(key => keys.Add(key) ? "-MOVED 3999 10.0.0.2:6379" : "-ERR the same key", "-NOPERM no");

        var verdict = await JudgeAsync(target);

        verdict.ErrorType.ShouldBe(ErrorType.ConnectionFailed);
        verdict.Reason.ShouldBe("writing a key health-agent:subject:…: MOVED 3999 10.0.0.2:6379; "
            + "keys of many slots are elsewhere: this node of the cluster is a replica, or has no slots");
        keys.Count.ShouldBe(512);
    }

    [Fact]
    public async Task RoundTrip_BelowATagOfAnotherNode_SaysSo()
    {
        await using var target = Node(static _ => "-MOVED 3999 10.0.0.2:6379", "-NOPERM no");

        var verdict = await CheckRun.JudgeAsync(
            "kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: { prefix: 'shop{a}' }");

        verdict.Reason.ShouldBe("writing a key shop{a}:subject:…: MOVED 3999 10.0.0.2:6379; the slot of 'shop{a}' is another node's");
    }

    [Fact]
    public async Task RoundTrip_OfAReplica_NamesItsPrimaryAtOnce()
    {
        const string Info = "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\n";
        var keys = 0;
        await using var target = Node(
            _ => $"-MOVED {++keys} 10.0.0.1:6379", string.Create(CultureInfo.InvariantCulture, $"${Info.Length}\r\n{Info}"));

        (await JudgeAsync(target)).Reason.ShouldBe(
            "writing a key health-agent:subject:…: MOVED 1 10.0.0.1:6379; it is a replica of 10.0.0.1:6379");
    }

    [Theory]
    [InlineData("redis://127.0.0.1:PORT/2", null)]
    [InlineData("127.0.0.1:PORT,defaultDatabase=2", null)]
    [InlineData("redis://127.0.0.1:PORT/3", "selecting database 3: ERR DB index is out of range")]
    public async Task RoundTrip_InADatabase_SelectsIt(string connectionString, string? reason)
    {
        await using var target = Node(static _ => null, "-NOPERM no");
        var port = target.Port.ToString(CultureInfo.InvariantCulture);

        var verdict = await CheckRun.JudgeAsync(
            "kind: redis", $"connectionString: {connectionString.Replace("PORT", port, StringComparison.Ordinal)}", "roundTrip: true");

        verdict.Reason.ShouldBe(reason);
        verdict.ErrorType.ShouldBe(reason is null ? null : ErrorType.NotFound);
    }

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target) => CheckRun.JudgeAsync(
        "kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: true");

    /// <summary>A node that keeps what it does not refuse, and has the databases 0 to 2.</summary>
    private static TcpTarget Node(Func<string, string?> refuse, string info) => new(async (stream, stop) =>
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await CommandAsync(reader, stop) is [var name, .. var arguments])
        {
            var reply = name switch
            {
                "PING" => "+PONG",
                "INFO" => info,
                "SELECT" => arguments[0] == "2" ? "+OK" : "-ERR DB index is out of range",
                "SET" => refuse(arguments[0]) ?? (kept.TryAdd(arguments[0], arguments[1]) ? "+OK" : "-ERR again"),
                "GET" => $"${kept[arguments[0]].Length}\r\n{kept[arguments[0]]}",
                "DEL" => kept.Remove(arguments[0]) ? ":1" : ":0",
                _ => "-ERR unknown command",
            };
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{reply}\r\n"), stop);
        }
    });

    private static async Task<string[]> CommandAsync(StreamReader reader, CancellationToken stop)
    {
        if (await reader.ReadLineAsync(stop) is not ['*', .. var count])
        {
            return [];
        }

        var parts = new string[int.Parse(count, CultureInfo.InvariantCulture)];
        for (var i = 0; i < parts.Length; i++)
        {
            await reader.ReadLineAsync(stop);
            parts[i] = await reader.ReadLineAsync(stop) ?? "";
        }

        return parts;
    }
}
