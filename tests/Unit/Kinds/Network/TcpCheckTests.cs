using System.Net;
using System.Net.Sockets;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class TcpCheckTests
{
    [Fact]
    public async Task Target_ThatAccepts_Passes()
    {
        await using var target = TcpTarget.Hanging();
        var judgement = await CheckRun.JudgeAsync("kind: tcp", $"address: 127.0.0.1:{target.Port}", "expect: connect < 5s");
        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("dns").ShouldBeOfType<TimeSpan>();
        judgement.Observed("connect").ShouldBeOfType<TimeSpan>();
    }

    [Fact]
    public async Task Target_FoundByName_Passes()
    {
        // localhost may be ::1 first, where nobody listens: the next address is tried.
        await using var target = TcpTarget.Closing();
        (await CheckRun.JudgeAsync("kind: tcp", $"address: localhost:{target.Port}")).Result.ShouldBe(Result.Pass);
    }

    [Fact]
    public async Task Target_ThatRefuses_IsConnectionRefused()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        var judgement = await CheckRun.JudgeAsync("kind: tcp", $"address: 127.0.0.1:{port}");
        judgement.Result.ShouldBe(Result.Fail);
        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe($"connecting to 127.0.0.1:{port}: Connection refused");
    }

    [Fact]
    public async Task Target_WithoutAnAddress_IsDns() =>
        (await CheckRun.JudgeAsync("kind: tcp", "address: no-such-host.invalid:80")).ErrorType.ShouldBe(ErrorType.Dns);

    [Fact]
    public async Task Target_ThatDoesNotAccept_TimesOutWithThePhaseNamed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lets a full backlog hang");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var end = (IPEndPoint)listener.LocalEndPoint!;
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(end, TestContext.Current.CancellationToken);
        var judgement = await CheckRun.JudgeUntilAsync(
            Eventually.Is(() => IsConnectingTo(end.Port), "it connects"), "kind: tcp", $"address: 127.0.0.1:{end.Port}");
        judgement.ErrorType.ShouldBe(ErrorType.Timeout);
        judgement.Reason.ShouldBe($"timed out while connecting to 127.0.0.1:{end.Port}");
        judgement.Observed("dns").ShouldNotBeNull();
        judgement.Observed("connect").ShouldBeNull();
    }

    /// <summary>Whether a connection has asked for one to a port, and was not answered: state 02, SYN_SENT, of proc_net(5).</summary>
    private static bool IsConnectingTo(int port) =>
        File.ReadLines("/proc/net/tcp").Any(line => line.Contains($":{port:X4} 02 ", StringComparison.Ordinal));
}
