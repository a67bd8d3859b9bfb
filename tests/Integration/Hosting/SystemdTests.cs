using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Hosting;

/// <summary>The agent as a service of systemd: its datagrams, read as systemd reads them. The unit: DebianPackageTests.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create("systemd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Process_FromStartToEnd_SaysWhatSystemdWaitsFor()
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "notify")));
        var file = await ConfigureAsync("checks:\n  - { name: a, kind: memory }\n");
        var address = new UriBuilder("http", "127.0.0.1", Containers.FreePort(), "/livez").Uri;
        await using var agent = AgentProgram.Start(
            ["--config", file], _folder, ("HEALTH_AGENT_LISTEN", address.GetLeftPart(UriPartial.Authority)),
            ("NOTIFY_SOCKET", Path.Combine(_folder, "notify")), ("WATCHDOG_USEC", "1500000"));

        (await NextAsync(manager, "READY")).ShouldStartWith("READY=1\nSTATUS=1 ");
        (await KubeletProber.HttpAsync(address)).Succeeded.ShouldBeTrue("it is ready only when it listens");
        await NextAsync(manager, "WATCHDOG");

        // A signal, as `systemctl reload` sends it.
        await ConfigureAsync("checks:\n  - { name: a, kind: memory }\n  - { name: b, kind: memory }\n");
        await agent.SignalAsync("HUP");
        var before = (long)TimeProvider.System.GetElapsedTime(0).TotalMicroseconds;
        var told = long.Parse((await NextAsync(manager, "RELOADING")).Split("MONOTONIC_USEC=")[1], CultureInfo.InvariantCulture);
        told.ShouldBeInRange(before - 60_000_000, before + 60_000_000, "it is the time that the kernel counts");
        if (await NextAsync(manager, "READY") != "READY=1\nSTATUS=2 healthy")
        {
            await NextAsync(manager, "STATUS=2 healthy");
        }

        await agent.SignalAsync("TERM");
        (await NextAsync(manager, "STOPPING")).ShouldBe("STOPPING=1\nEXTEND_TIMEOUT_USEC=25000000");
        (await agent.ExitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Process_WithoutSystemd_SaysNothing_AndRuns()
    {
        var file = await ConfigureAsync("checks:\n  - { name: a, kind: memory }\n");
        await using var agent = AgentProgram.Start(
            ["--config", file], _folder, ("HEALTH_AGENT_LISTEN", "http://127.0.0.1:0"), ("NOTIFY_SOCKET", Path.Combine(_folder, "nobody")));
        await Eventually.TrueAsync(
            () => agent.Output,
            output => output.Contains("Notifying systemd failed", StringComparison.Ordinal),
            "it says that nobody listens");

        await agent.SignalAsync("TERM");
        (await agent.ExitAsync()).ShouldBe(0);
    }

    private async Task<string> ConfigureAsync(string yaml)
    {
        var file = Path.Combine(_folder, "agent.yaml");
        await File.WriteAllTextAsync(file, yaml);
        return file;
    }

    /// <summary>The next datagram with a line that begins so; others, such as for the watchdog, are passed over.</summary>
    private static async Task<string> NextAsync(Socket manager, string begin)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(45), TimeProvider.System);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await manager.ReceiveAsync(buffer, patience.Token);
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            if (text.Split('\n').Any(line => line.StartsWith(begin, StringComparison.Ordinal)))
            {
                return text;
            }
        }
    }
}
