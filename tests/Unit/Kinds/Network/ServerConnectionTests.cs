using System.Net;
using System.Net.Sockets;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Servers and names with several addresses. All of 127.0.0.0/8 is this machine.</summary>
public sealed class ServerConnectionTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.2")]
    [InlineData("fd00::1 fd00::2 10.0.0.1 10.0.0.2", "fd00::1 10.0.0.1 fd00::2 10.0.0.2")]
    [InlineData("10.0.0.1 10.0.0.2 10.0.0.3 fd00::1", "10.0.0.1 fd00::1 10.0.0.2 10.0.0.3")]
    [InlineData("10.0.0.1 10.0.0.1 fd00::1", "10.0.0.1 fd00::1")]
    public void Addresses_OfBothFamilies_Alternate(string resolved, string tried) =>
        string.Join(' ', ServerConnection.Interleave([.. resolved.Split(' ').Select(IPAddress.Parse)]).AsEnumerable()).ShouldBe(tried);

    [Fact]
    public async Task Address_ThatRefuses_HasTheNextTriedAtOnce()
    {
        await using var target = TcpTarget.Hanging();
        using var connection = Connection(target.Port);
        await connection.ConnectAsync(Addresses("127.0.0.2", "127.0.0.1"), Cancel);
        ((IPEndPoint)connection.Socket.RemoteEndPoint!).Address.ShouldBe(IPAddress.Loopback);
        connection.Describe(null).ShouldBe($"db.test:{target.Port} (127.0.0.2 Connection refused, 127.0.0.1)");
        connection.Describe(SocketError.ConnectionRefused).ShouldBe($"db.test:{target.Port} (127.0.0.2, 127.0.0.1)");
    }

    [Fact]
    public async Task Address_ThatDoesNotAnswer_HasTheNextTriedBesideIt()
    {
        await using var target = TcpTarget.Hanging();
        using var silent = new SilentAddress("127.0.0.2", target.Port);
        using var connection = Connection(target.Port);
        var connecting = connection.ConnectAsync(Addresses("127.0.0.2", "127.0.0.1"), Cancel);
        connection.Describe(null).ShouldBe($"db.test:{target.Port} (127.0.0.2)");
        _clock.Advance(StaggeredStart.Delay);
        await connecting.Ends();
        ((IPEndPoint)connection.Socket.RemoteEndPoint!).Address.ShouldBe(IPAddress.Loopback);
    }

    [Fact]
    public async Task Addresses_ThatAllRefuse_AreAllNamed()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        using var connection = Connection(port);
        var failure =
            await Should.ThrowAsync<AggregateException>(() => connection.ConnectAsync(Addresses("127.0.0.1", "127.0.0.2"), Cancel));
        failure.InnerExceptions.Count.ShouldBe(2);
        connection.Describe(SocketError.ConnectionRefused).ShouldBe($"db.test:{port} (127.0.0.1, 127.0.0.2)");
    }

    [Fact]
    public async Task Server_ThatRefuses_HasTheNextTried()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        await using var target = TcpTarget.Hanging();
        var trace = new ConnectionTrace(_clock);
        var (server, socket) = await trace.ConnectAsync([new("127.0.0.1", port), new("127.0.0.1", target.Port)], Cancel);
        using (socket)
        {
            server.Port.ShouldBe(target.Port);
            trace.Observed.Keys.ShouldBe(["dns", "connect"], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Server_ThatDoesNotAnswer_HasTheNextTriedBesideIt()
    {
        await using var target = TcpTarget.Hanging();
        using var silent = new SilentAddress("127.0.0.2", target.Port);
        var connecting = new ConnectionTrace(_clock).ConnectAsync([new("127.0.0.2", target.Port), new("127.0.0.1", target.Port)], Cancel);
        await Eventually.Is(
            () =>
            {
                _clock.Advance(StaggeredStart.Delay);
                return connecting.IsCompleted;
            },
            "the second server is tried");
        var (server, socket) = await connecting;
        socket.Dispose();
        server.Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Servers_ThatAllFail_AreAllNamedWithTheMostTellingFailure()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        var trace = new ConnectionTrace(_clock);
        IReadOnlyList<NetworkAddress> servers = [new("no-such-host.invalid", 1), new("127.0.0.1", port)];
        var failure = await Should.ThrowAsync<SocketException>(() => trace.ConnectAsync(servers, Cancel));
        trace.Unreached(failure).Message.ShouldStartWith($"connecting to no-such-host.invalid:1, 127.0.0.1:{port}: ");
    }

    [Fact]
    public async Task Name_ThatDoesNotResolve_IsDns()
    {
        var judgement = await CheckRun.JudgeAsync("kind: tcp", "address: no-such-host.invalid:80");
        judgement.ErrorType.ShouldBe(ErrorType.Dns);
        judgement.Reason.ShouldNotBeNull().ShouldStartWith("resolving no-such-host.invalid: ");
    }

    [Fact]
    public async Task Address_OfIPv6WithAZone_IsConnectedTo()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        (await CheckRun.JudgeAsync("kind: tcp", $"address: \"[::1%1]:{port}\"")).Result.ShouldBe(Result.Pass);
    }

    private ServerConnection Connection(int port) => new(new NetworkAddress("db.test", port), _clock);

    private static IPAddress[] Addresses(params string[] addresses) => [.. addresses.Select(IPAddress.Parse)];
}
