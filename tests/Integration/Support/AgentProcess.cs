using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Support;

/// <summary>A whole agent as a process, with a configuration file and environment variables.</summary>
internal sealed partial class AgentProcess : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _process;

    private AgentProcess(string folder, ChildProcess process, string url)
    {
        (_folder, _process) = (folder, process);
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(5) };
    }

    public HttpClient Client { get; }

    /// <summary>The process' id.</summary>
    public int Id => _process.Id;

    /// <summary>All that it printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it with a configuration, sending by OTLP to a collector, often enough for a test.</summary>
    public static Task<AgentProcess> StartAsync(
        string yaml, string collector, string protocol, params IEnumerable<(string Name, string Value)> environment) =>
        StartAsync(
            yaml,
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
                ("OTEL_BSP_SCHEDULE_DELAY", "100"),
                ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
                .. environment,
            ]);

    /// <summary>Starts it with a configuration.</summary>
    public static Task<AgentProcess> StartAsync(string yaml, IEnumerable<(string Name, string Value)> environment) =>
        StartAsync(yaml, environment, _ => []);

    /// <summary>Starts it with a name server of its own, as root on Linux; no other process sees that.</summary>
    public static Task<AgentProcess> StartResolvingAsync(string yaml) => StartAsync(yaml, [], folder =>
    {
        var resolver = Path.Combine(folder, "resolv.conf");
        File.WriteAllText(resolver, $"nameserver {DnsServer.Address}\n");
        const string Mount = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
        return ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", Mount, resolver];
    });

    private static async Task<AgentProcess> StartAsync(
        string yaml, IEnumerable<(string Name, string Value)> environment, Func<string, IReadOnlyList<string>> launcher)
    {
        var folder = TemporaryFolder.Create("agent-").FullName;
        var file = Path.Combine(folder, "agent.yaml");
        await File.WriteAllTextAsync(file, yaml);
        var process = AgentProgram.Start(
            launcher(folder), ["--config", file], folder, [("HEALTH_AGENT_LISTEN", "http://127.0.0.1:0"), .. environment]);
        try
        {
            var banner = await Eventually.TrueAsync(
                () => process.Output, output => output.Contains("/metrics", StringComparison.Ordinal), "the agent starts");
            return new AgentProcess(folder, process, Address().Match(banner).Value);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a check has a status.</summary>
    public Task<string> UntilAsync(string check, string status) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await Client.GetAsync(new Uri($"/health/checks/{check}", UriKind.Relative));
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return body.RootElement.GetProperty("status").GetString()!;
        },
        state => state == status,
        $"{check} is {status}");

    /// <summary>The response to a scrape.</summary>
    public Task<string> MetricsAsync() => Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    /// <summary>Waits until a metric has a series with a label.</summary>
    public Task<bool> UntilMetricAsync(string name, string label) => Eventually.TrueAsync(
        async () => (await MetricsAsync()).Split('\n').Any(line =>
            line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal)),
        isThere => isThere,
        $"there is a series of {name} with {label}");

    /// <summary>Gives it another configuration, and waits until it has taken it.</summary>
    public async Task ReconfigureAsync(string yaml)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "agent.yaml"), yaml);
        using var answer = await Client.PostAsync(new Uri("/reload", UriKind.Relative), content: null);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task StopAsync()
    {
        await _process.SignalAsync("TERM");
        (await _process.ExitAsync()).ShouldBe(0, Output);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
