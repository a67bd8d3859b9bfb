using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>
/// A real agent with checks in every state that dashboards show, scraped by a real Prometheus with the repository's rules. Started once
/// for all tests, on first use.
/// </summary>
[CollectionDefinition(Name)]
public sealed partial class DashboardStage : IAsyncLifetime, ICollectionFixture<DashboardStage>
{
    /// <summary>The tests that share it.</summary>
    public const string Name = "dashboards";

    private readonly string _directory = TemporaryFolder.Create("dashboards-").FullName;
    private readonly HttpClient _client = new();
    private readonly Stack<IAsyncDisposable> _started = new();
    private Uri? _prometheus;
    private DateTimeOffset _since;

    /// <summary>Whether there is a Dagu; the rest works without.</summary>
    internal static bool HasDagu => Environment.GetEnvironmentVariable("HEALTH_AGENT_TEST_DAGU") is { Length: > 0 };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            await started.DisposeAsync();
        }

        _client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Starts everything, once, and waits until it is ready.</summary>
    internal async Task StartAsync()
    {
        if (_prometheus is not null)
        {
            return;
        }

        var prometheus = TestEnvironment.Prometheus;
        var targets = Begun(await DashboardTargets.StartAsync());
        var dagu = HasDagu ? Begun(DashboardDagu.Start(_directory)).Checks : "";
        // Exports fail: the receiver at this address is gone.
        await using var otlp = await OtlpReceiver.StartAsync();
        var agent = Begun(await TestAgent.StartAsync(targets.Checks + dagu + Maintenance, otlp));
        _since = TimeProvider.System.GetUtcNow();
        _prometheus = StartPrometheus(prometheus, agent);
        await SettledAsync();
    }

    /// <summary>Queries Prometheus; an error fails the test.</summary>
    internal async Task<JsonElement> AskAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        using var response = await _client.GetAsync(new Uri(_prometheus!, $"/api/v1/{path}?{await form.ReadAsStringAsync()}"));
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        answer.GetProperty("status").GetString().ShouldBe("success", $"{answer} to {string.Join('\n', parameters)}");
        return answer.GetProperty("data");
    }

    /// <summary>The labels of series with a number in a query's result, as used by a panel.</summary>
    internal async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> SeriesAsync(string query, bool instant)
    {
        var now = TimeProvider.System.GetUtcNow();
        var answer = instant
            ? await AskAsync("query", ("query", query), ("time", Seconds(now)))
            : await AskAsync("query_range", ("query", query), ("start", Seconds(_since)), ("end", Seconds(now)), ("step", "2"));
        return [.. answer.GetProperty("result").EnumerateArray().Where(HasNumber).Select(series =>
            series.GetProperty("metric").EnumerateObject()
                .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal))];
    }

    /// <summary>Label names of the exemplars of a query's series.</summary>
    internal async Task<IReadOnlySet<string>> ExemplarLabelsAsync(string query)
    {
        var answer = await AskAsync(
            "query_exemplars", ("query", query), ("start", Seconds(_since)), ("end", Seconds(TimeProvider.System.GetUtcNow())));
        return answer.EnumerateArray().SelectMany(series => series.GetProperty("exemplars").EnumerateArray())
            .SelectMany(exemplar => exemplar.GetProperty("labels").EnumerateObject()).Select(label => label.Name)
                .ToHashSet(StringComparer.Ordinal);
    }

    private static bool HasNumber(JsonElement series) => series.TryGetProperty("values", out var values)
        ? values.EnumerateArray().Any(IsNumber)
        : IsNumber(series.GetProperty("value"));

    private static bool IsNumber(JsonElement sample) => sample[1].GetString() != "NaN";

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000d).ToString(CultureInfo.InvariantCulture);

    private T Begun<T>(T started) where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    private const string Maintenance = """
        maintenance:
          - { name: always, checks: [tended], start: 2020-01-01T00:00:00Z, duration: 36500d }
        """;

    private Uri StartPrometheus(string prometheus, TestAgent agent)
    {
        var port = Port();
        var rules = Directory.CreateDirectory(Path.Combine(_directory, "rules")).FullName;
        foreach (var file in Directory.GetFiles(Repository.PathOf("deploy/prometheus/rules")))
        {
            File.WriteAllText(Path.Combine(rules, Path.GetFileName(file)), GroupInterval().Replace(File.ReadAllText(file), "interval: 1s"));
        }

        var config = Path.Combine(_directory, "prometheus.yml");
        File.WriteAllText(config, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: ["{{rules}}/*.yml"]
            scrape_configs:
              - job_name: health-agent
                static_configs: [{ targets: ["{{agent.Client.BaseAddress!.Authority}}"] }]
            """);
        Begun(ChildProcess.Start(prometheus,
        [
            $"--config.file={config}", $"--storage.tsdb.path={_directory}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            "--enable-feature=exemplar-storage",
        ], _directory));
        return new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Waits until Prometheus has seen the slowest state, and so all of them.</summary>
    private Task SettledAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                using var ready = await _client.GetAsync(new Uri(_prometheus!, "/-/ready"));
                return ready.IsSuccessStatusCode && (await SeriesAsync("health_check_flapping == 1", instant: true)).Count > 0;
            }
            catch (HttpRequestException)
            {
                // It is still starting.
                return false;
            }
        },
        settled => settled,
        "a check is flapping");

    private static string Port() => Containers.FreePort().ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("(?<=^ +)interval: \\w+", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupInterval();
}
