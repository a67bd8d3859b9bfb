using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Agent.Hosting;
using HealthAgent.Endpoints;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>HTTP/2 without TLS on the port of HTTP/1.1, by prior knowledge.</summary>
public sealed class Http2Tests
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    // An empty SETTINGS frame, which both sides begin with.
    private static readonly byte[] Settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private static readonly KestrelServerLimits Limits = new()
    {
        KeepAliveTimeout = TimeSpan.FromSeconds(75),
        RequestHeadersTimeout = TimeSpan.FromSeconds(10),
    };

    public static TheoryData<int> Splits => [.. Enumerable.Range(1, Preface.Length)];

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_InEitherVersion_IsAnsweredOnTheSamePort(string version)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        agent.Record("db", "FFF");

        using var shown = await SendAsync(agent.Loopback, "/readyz", version);
        using var withheld = await SendAsync(agent.Public, "/readyz", version);

        (shown.StatusCode, shown.Version.ToString(2)).ShouldBe((HttpStatusCode.ServiceUnavailable, version));
        (await shown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("the reason of a fail");
        (await withheld.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("the reason of a fail");
    }

    [Fact]
    public async Task Connection_OfHttp2_CountsAmongThoseOfCallers()
    {
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent() with { Concurrency = 0 }, services => services.AddSingleton(new Connections(() => 1)));
        using var first = await ConnectAsync(agent.Loopback);
        await first.GetStream().WriteAsync(Preface.Concat(Settings).ToArray(), TestContext.Current.CancellationToken);
        await first.GetStream().ReadExactlyAsync(new byte[Settings.Length], TestContext.Current.CancellationToken).AsTask().Ends();

        using var second = await SendAsync(agent.Loopback, "/livez", "2.0");

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        var closed = first.GetStream().CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        await closed.ContinueWith(static _ => { }, TaskScheduler.Default).Ends();
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public async Task Preface_InTwoParts_IsRecognized(int first)
    {
        await using var agent = await AgentServer.StartAsync();
        using var client = await ConnectAsync(agent.Loopback);

        await client.GetStream().WriteAsync(Preface.AsMemory(0, first), TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Preface[first..].Concat(Settings).ToArray(), TestContext.Current.CancellationToken);

        var type = new byte[Settings.Length];
        await client.GetStream().ReadExactlyAsync(type, TestContext.Current.CancellationToken).AsTask().Ends();
        type[3].ShouldBe((byte)4);
    }

    [Theory]
    [InlineData("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("PROPFIND /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("PRI /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("PRI * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405)]
    public async Task Request_ThatBeginsLikeThePreface_IsServedByHttp1(string request, int status)
    {
        await using var agent = await AgentServer.StartAsync();

        (await agent.SendRawAsync(request)).ShouldStartWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "));
    }

    [Theory]
    [InlineData(0, 75)]
    [InlineData(1, 10)]
    [InlineData(23, 10)]
    public async Task Client_ThatSendsNothingOrStopsInThePreface_IsCutOff(int sent, int seconds)
    {
        var clock = new LoopClock();
        var connection = new Connection();
        await connection.Client.WriteAsync(Preface.AsMemory(0, sent), TestContext.Current.CancellationToken);
        var protocol = Http2PriorKnowledge.IsHttp2Async(connection, Limits, clock);

        clock.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        protocol.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await protocol.Ends()).ShouldBeNull();
    }

    [Fact]
    public async Task Client_ThatDripsThePreface_HasNoMoreTime()
    {
        var clock = new LoopClock();
        var connection = new Connection();
        var protocol = Http2PriorKnowledge.IsHttp2Async(connection, Limits, clock);
        for (var i = 0; i < 10; i++)
        {
            await connection.Client.WriteAsync(Preface.AsMemory(i, 1), TestContext.Current.CancellationToken);
            protocol.IsCompleted.ShouldBeFalse();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await protocol.Ends()).ShouldBeNull();
    }

    [Fact]
    public async Task Client_ThatSendsNothing_DoesNotHoldUpAStop()
    {
        var connection = new Connection();
        var protocol = Http2PriorKnowledge.IsHttp2Async(connection, Limits, new LoopClock());
        protocol.IsCompleted.ShouldBeFalse();

        connection.RequestClose();

        (await protocol.Ends()).ShouldBeNull();
    }

    [Fact]
    public async Task Client_ThatLeaves_IsForgotten()
    {
        var reset = new Connection();
        var protocol = Http2PriorKnowledge.IsHttp2Async(reset, Limits, new LoopClock());
        await reset.Client.CompleteAsync(new ConnectionResetException("by the client"));
        (await protocol.Ends()).ShouldBeNull();

        var ended = new Connection();
        protocol = Http2PriorKnowledge.IsHttp2Async(ended, Limits, new LoopClock());
        await ended.Client.CompleteAsync();
        (await protocol.Ends()).ShouldBe(false);
    }

    private static async Task<TcpClient> ConnectAsync(Uri agent)
    {
        var client = new TcpClient();
        await client.ConnectAsync(agent.Host, agent.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<HttpResponseMessage> SendAsync(Uri agent, string path, string version)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(agent, path))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class Connection : DefaultConnectionContext, IConnectionLifetimeNotificationFeature
    {
        private readonly Pipe _input = new(new PipeOptions(useSynchronizationContext: false, readerScheduler: PipeScheduler.Inline));
        private readonly CancellationTokenSource _closing = new();

        public Connection()
        {
            Transport = new Duplex(_input.Reader);
            Features.Set<IConnectionLifetimeNotificationFeature>(this);
        }

        public PipeWriter Client => _input.Writer;

        public CancellationToken ConnectionClosedRequested { get => _closing.Token; set => throw new NotSupportedException(); }

        public void RequestClose() => _closing.Cancel();

        private sealed record Duplex(PipeReader Input) : IDuplexPipe
        {
            public PipeWriter Output => throw new NotSupportedException("nothing is sent");
        }
    }
}
