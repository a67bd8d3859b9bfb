using HealthAgent.Kinds.Databases;
using HealthAgent.Kinds.Network;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Databases;

/// <summary>Round trips to a node of a cluster that names another.</summary>
public sealed class RedisClusterTests
{
    [Fact]
    public async Task RoundTrip_WhoseNodeOfTheClusterCannotBeReached_NamesIt()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var target = TcpTarget.SayingAtOnce($"+PONG\r\n-NOPERM no\r\n-MOVED 3999 127.0.0.1:{port}\r\n");

        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: true");

        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe(
            $"writing a key health-agent:{{subject}}:…: the cluster has it at 127.0.0.1:{port}: "
            + $"connecting to 127.0.0.1:{port}: Connection refused");
        judgement.Observed("ping").ShouldBeOfType<TimeSpan>();
    }

    [Fact]
    public async Task RoundTrip_ThatNodesSendInACircle_Ends()
    {
        await using var target = TcpTarget.SayingAtOnce(
            "+PONG\r\n-NOPERM no\r\n" + string.Concat(Enumerable.Repeat("-MOVED 3999 :PORT\r\n", 10)));

        var judgement = await CheckRun.JudgeAsync("kind: redis", $"address: 127.0.0.1:{target.Port}", "roundTrip: true");

        judgement.ErrorType.ShouldBe(ErrorType.ConnectionFailed);
        judgement.Reason.ShouldBe(
            $"writing a key health-agent:{{subject}}:… at 127.0.0.1:{target.Port}: MOVED 3999 :{target.Port}");
    }

    [Theory]
    [InlineData("MOVED 3999 10.0.0.2:6381", "10.0.0.2:6381", false)]
    [InlineData("MOVED 3999 redis-1.example:6381", "redis-1.example:6381", false)]
    [InlineData("ASK 3999 fd00::2:6381", "[fd00::2]:6381", true)]
    [InlineData("MOVED 3999 :6381", "10.0.0.1:6381", false)]
    [InlineData("MOVED 3999 ?:6381", null, false)]
    [InlineData("MOVED 3999 10.0.0.2", null, false)]
    [InlineData("MOVED 3999", null, false)]
    [InlineData("MOVED 3999 10.0.0.2:99999", null, false)]
    [InlineData("MOVED 3999 http://10.0.0.2:80", null, false)]
    [InlineData("READONLY a b:1", null, false)]
    public void Redirect_OfANode_IsParsed(string error, string? node, bool isOnce)
    {
        var redirect = RedisRedirect.Parse(error, new NetworkAddress("10.0.0.1", 6379));
        (redirect?.Node.ToString(), redirect?.IsOnce is true).ShouldBe((node, isOnce));
    }
}
