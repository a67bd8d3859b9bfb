using System.Globalization;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds;

/// <summary>What every kind that connects owes: an end at the deadline, and words that name the peer.</summary>
public sealed class SilentPeerTests
{
    public static TheoryData<string, string> Kinds => new()
    {
        { "postgres", "connectionString: Host=127.0.0.1;Port={0};Username=u;Password=hunter2" },
        { "postgres", "connectionString: postgres://u:hunter2@127.0.0.1:{0}/db?sslmode=disable" },
        { "redis", "connectionString: 127.0.0.1:{0},password=hunter2" },
        { "redis", "connectionString: redis://:hunter2@127.0.0.1:{0}" },
        { "rabbitmq", "connectionString: amqp://u:hunter2@127.0.0.1:{0}/" },
        { "dagu", "url: http://u:hunter2@127.0.0.1:{0}" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Peer_ThatSaysNothing_IsATimeout(string kind, string connection)
    {
        await using var target = TcpTarget.Hanging();
        var judgement = await CheckRun.JudgeUntilAsync(target.Reached, $"kind: {kind}", To(connection, target.Port));
        judgement.ErrorType.ShouldBe(ErrorType.Timeout, judgement.Reason);
        judgement.Reason.ShouldNotBeNull().ShouldStartWith("timed out while ");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Peer_ThatIsNotThere_IsConnectionRefused(string kind, string connection)
    {
        using var refusing = TcpTarget.Refusing(out var port);
        var judgement = await CheckRun.JudgeAsync($"kind: {kind}", To(connection, port));
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe($"connecting to 127.0.0.1:{port}: Connection refused");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Peer_ThatClosesAtOnce_IsNoFaultOfTheCheck(string kind, string connection)
    {
        await using var target = TcpTarget.Closing();
        var judgement = await CheckRun.JudgeAsync($"kind: {kind}", To(connection, target.Port));
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldNotBe(ErrorType.Internal, judgement.Reason);
    }

    private static string To(string connection, int port) =>
        connection.Replace("{0}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
