using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Probing;

/// <summary>A caller cannot have the agent connect to where he may not: whatever he writes, and wherever a target sends it.</summary>
public sealed class ProbeSafetyTests
{
    // Of a preset, too: it is planned by another way.
    private const string Modules =
        "web: { kind: http, followRedirects: true }, port: { kind: tcp }, preset: { kind: n8n, followRedirects: true }";

    [Theory]
    [InlineData("http://127.0.0.1:{0}/", "web")]
    [InlineData("http://127.0.0.1:{0}/", "preset")]
    [InlineData("http://localhost:{0}/", "web")]
    [InlineData("http://LOCALHOST:{0}/", "web")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/", "web")]
    [InlineData("http://[::ffff:7f00:1]:{0}/", "web")]
    [InlineData("http://[::127.0.0.1]:{0}/", "web")]
    [InlineData("http://[64:ff9b::7f00:1]:{0}/", "web")]
    [InlineData("http://0.0.0.0:{0}/", "web")]
    [InlineData("http://[::]:{0}/", "web")]
    [InlineData("127.0.0.1:{0}", "port")]
    [InlineData("localhost:{0}", "port")]
    [InlineData("[::ffff:127.0.0.1]:{0}", "port")]
    [InlineData("0.0.0.0:{0}", "port")]
    public async Task Address_ThatIsNotAllowed_IsNotConnectedTo(string target, string module)
    {
        await using var inside = new Listener(IPAddress.Loopback);
        await using var agent = await ProbeServer.StartAsync(Modules, allow: "10.0.0.0/8");

        var reply = await agent.ProbeAsync(
            string.Format(CultureInfo.InvariantCulture, target, inside.Port), module, "&debug=true");

        reply.Body.ShouldContain("probe_success 0\n");
        reply.Body.ShouldContain("which probe.allowAddresses does not name");
        reply.Body.ShouldContain("probe_ip_addr_hash 0\n");
        inside.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://0x7f.0.0.1:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://017700000001:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://127.0.0.1.:{0}/")]
    [InlineData("http://①②⑦.0.0.1:{0}/")]
    [InlineData("http://a.example@127.0.0.1:{0}/")]
    [InlineData("http://a.example%40127.0.0.1:{0}/")]
    [InlineData(@"http://127.0.0.1:{0}\@a.example/")]
    [InlineData("http://a.example\t@127.0.0.1:{0}/")]
    [InlineData("http://[::1%25lo]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1%lo]:{0}/")]
    public async Task Target_ThatParsersReadInTwoWays_IsRefusedEvenWhereItsAddressIsAllowed(string target)
    {
        await using var inside = new Listener(IPAddress.Loopback);
        await using var agent = await ProbeServer.StartAsync(Modules, allow: "127.0.0.0/8, ::1");

        (await agent.ProbeAsync(string.Format(CultureInfo.InvariantCulture, target, inside.Port), "web")).ShouldBeProblem(400);

        inside.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("http://0x7f.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("//127.0.0.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("http://127.0.0.1@127.0.0.2:{0}/", "which probe.targets does not allow")]
    [InlineData("http://[::ffff:127.0.0.2]:{0}/", "is a loopback address")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a metadata address")]
    [InlineData("http://[::ffff:a9fe:a9fe]/latest/meta-data/", "is a metadata address (169.254.169.254)")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/", "fd00:ec2::254 is a metadata address")]
    public async Task Redirect_ToAnAddressThatIsNotAllowed_IsNotConnectedTo(string location, string words)
    {
        await using var inside = new Listener(IPAddress.Parse("127.0.0.2"));
        location = string.Format(CultureInfo.InvariantCulture, location, inside.Port);
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        });

        // The patterns allow it, so that the address alone is why it is refused.
        await using var agent = await ProbeServer.StartAsync(Modules, allow: "127.0.0.1, 169.254.0.0/16, fd00::/8");

        var reply = await agent.ProbeAsync(target.Url, "web", "&debug=true");

        reply.Body.ShouldContain("probe_success 0\n");
        reply.Body.ShouldContain(words);
        inside.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://b.example/")]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("http://127.0.0.1:{0}@b.example/")]
    public async Task Redirect_ToWhatNoPatternAllows_IsNotFollowed(string location)
    {
        var target = default(HttpTarget);
        await using var started = target = await HttpTarget.StartAsync(context =>
        {
            context.Response.Redirect(string.Format(CultureInfo.InvariantCulture, location, new Uri(target!.Url).Port));
            return Task.CompletedTask;
        });
        await using var agent = await ProbeServer.StartAsync(Modules, targets: $"'http://127.0.0.1:{new Uri(target.Url).Port}'");

        var reply = await agent.ProbeAsync(target.Url, "web", "&debug=true");

        reply.Body.ShouldContain("which probe.targets does not allow");
        reply.Body.ShouldContain("probe_http_status_code 302\n");
        reply.Body.ShouldContain("probe_http_redirects 1\n");
    }

    [Fact]
    public async Task Redirect_WithinWhatIsAllowed_IsFollowed()
    {
        await using var target = await HttpTarget.StartAsync(static context =>
        {
            if (context.Request.Path == "/")
            {
                context.Response.Redirect("/there");
            }

            return Task.CompletedTask;
        });
        await using var agent = await ProbeServer.StartAsync(Modules);

        var reply = await agent.ProbeAsync(target.Url, "web");

        reply.Value("probe_success").ShouldBe("1");
        reply.Value("probe_http_redirects").ShouldBe("1");
    }

    [Fact]
    public async Task Checks_AreNotRestricted()
    {
        await using var target = await HttpTarget.AnsweringAsync("{}");

        var verdict = await CheckRun.JudgeAsync("kind: http", $"url: {target.Url}");

        verdict.Result.ShouldBe(Plans.ResultOf('P'));
    }

    /// <summary>Counts who connects, on an address of its own.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly Task _accepting;
        private int _connections;

        public Listener(IPAddress address)
        {
            _listener = new TcpListener(address, 0);
            _listener.Start();
            _accepting = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => Volatile.Read(ref _connections) + (_listener.Pending() ? 1 : 0);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _listener.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
            }
        }
    }
}
