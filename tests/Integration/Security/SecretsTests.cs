using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Testcontainers.PostgreSql;
using static HealthAgent.Integration.Security.PlantedSecrets;

namespace HealthAgent.Integration.Security;

/// <summary>
/// A secret in every place where one can be written, and counterparts that repeat whatever they are sent: none of them is on a surface,
/// for any role, nor in logs, telemetry, the agent's directory, or what commands print.
/// </summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private readonly string _folder = TemporaryFolder.Create("secrets-").FullName;
    private readonly int _port = Containers.FreePort(), _closed = Containers.FreePort();
    private readonly ConcurrentQueue<(string Where, string Text)> _shown = new();
    private PostgreSqlContainer? _postgres;
    private RepeatingTarget? _web;

    private static (string Name, string Value)[] Environment =>
    [
        ("PLANT_TOKEN", Viewer), ("QUERY_KEY", "plant-query"), ("DB_SECRET", "plant-result"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=plant-otlp"),
    ];

    private string Url => _web!.Url;

    private string Yaml => PlantedSecrets.Yaml(Url, _folder, _port, _closed);

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "body"), "plant-body");
        _web = await RepeatingTarget.StartAsync();
        _postgres = Containers.Postgres(_port, "plant-database");
        await _postgres.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "agent.yaml"), Yaml);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        if (_web is not null)
        {
            await _web.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Secrets_AreNowhereShown()
    {
        (string, string)[] otlp =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"{Url}/otlp"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
        ];
        await using (var agent = await AgentProcess.StartAsync(Yaml, [.. Environment, .. otlp]))
        {
            using var client = new HttpClient { BaseAddress = agent.Client.BaseAddress };
            agent.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Viewer);
            foreach (var check in CheckNames.Where(name => name != "beat"))
            {
                await agent.UntilAsync(check, "unhealthy");
            }

            await SendAsync(client, HttpMethod.Put, "/heartbeats/beat?message=plant-heartbeat-0123456789", "plant-heartbeat-0123456789");
            await AskEverythingAsync(client);

            // What is not exported yet is, before it stops.
            await agent.StopAsync();
            Note("output", agent.Output);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "state")))
        {
            Note($"the directory's {Path.GetFileName(file)}", Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file)));
        }

        await RunCommandsAsync();
        foreach (var (path, text) in _web!.Exported)
        {
            Note($"OTLP {path}", text);
        }

        // Each was said aloud where it should be, or this proves nothing.
        Sent.ShouldAllBe(secret => _web!.Heard.Any(text => text.Contains(secret, StringComparison.Ordinal)));
        string.Join('\n', _shown.Select(shown => shown.Text)).ShouldContain("***");
        _shown.ShouldContain(shown => shown.Where == "OTLP /otlp/v1/traces");
        _shown.Where(shown => shown.Text.Contains("plant-", StringComparison.Ordinal))
            .Select(shown => $"{shown.Where}: …{Around(shown.Text)}…").Distinct(StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static string Around(string text)
    {
        var at = text.IndexOf("plant-", StringComparison.Ordinal);
        return text[Math.Max(0, at - 100)..Math.Min(text.Length, at + 60)];
    }

    private void Note(string where, string text) => _shown.Enqueue((where, text));

    private async Task AskEverythingAsync(HttpClient client)
    {
        string[] plain =
        [
            "/livez?verbose", "/readyz?verbose", "/startupz?verbose", "/health", "/health?mode=full", "/health/checks",
            "/health/tiers/liveness", "/health/tiers/dependency", "/health/tiers/functional", "/api/v1/health", "/metrics",
            $"/probe?module=echo&target={Uri.EscapeDataString($"{Url}/echo")}",
            $"/probe?module=echo&debug=true&target={Uri.EscapeDataString($"{Url}/echo")}",
            "/openapi/v1.json", "/maintenance", "/silences", "/events",
        ];
        string[] paths = [.. plain, .. CheckNames.SelectMany(check => (string[])[$"/health/checks/{check}", $"/readyz/{check}?verbose"])];
        foreach (var token in (string?[])[null, Viewer, Operator, "plant-unknown-caller"])
        {
            foreach (var path in paths)
            {
                await SendAsync(client, HttpMethod.Get, path, token);
                await SendAsync(client, HttpMethod.Get, path, token, "text/plain");
            }

            foreach (var check in CheckNames)
            {
                await SendAsync(client, HttpMethod.Post, $"/health/checks/{check}/run", token);
            }

            await SendAsync(client, HttpMethod.Post, "/health/run?mode=full", token);
            await SendAsync(client, HttpMethod.Post, "/reload", token);
            await SendAsync(client, HttpMethod.Get, "/health?token=plant-in-the-query", token);
        }

        await SendAsync(client, HttpMethod.Put, "/heartbeats/beat", "plant-unknown-heartbeat");
    }

    private async Task SendAsync(HttpClient client, HttpMethod method, string path, string? token, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var body = new MemoryStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(path == "/events" ? 1 : 30), TimeProvider.System);
        try
        {
            await answer.Content.CopyToAsync(body, patience.Token);
        }
        catch (OperationCanceledException) when (path == "/events")
        {
            // A stream without end.
        }

        Note($"{method} {path} as {token ?? "anonymous"} ({accept})", $"{answer.Headers}\n{Encoding.UTF8.GetString(body.ToArray())}");
    }

    private async Task RunCommandsAsync()
    {
        string[][] commands =
        [
            ["validate"], ["validate", "--output", "json"], ["list"], ["list", "--expanded"], ["list", "--output", "json"],
            ["check", "--all"], ["check", "--all", "--output", "json"], ["schema"],
            ["check", "--kind", "http", "--url", $"{Url}/echo", "--token", "plant-line-1", "--expect", "status == 299"],
            ["check", "--kind", "postgres", "--connectionString", PlantedSecrets.Db(_port, "plant-line-2")],
            ["check", "--kind", "redis", "--connectionString", $"127.0.0.1:{_closed},password=plant-line-3,nonsense=1"],
        ];
        foreach (var command in commands)
        {
            await using var program = AgentProgram.Start(command, _folder, Environment);
            await program.ExitAsync();
            Note(string.Join(' ', command), program.Output);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "agent.yaml"), Yaml.Replace("kind: ", "kind: x", StringComparison.Ordinal));
        await using var broken = AgentProgram.Start(["validate"], _folder, Environment);
        await broken.ExitAsync();
        Note("validate of what is broken", broken.Output);
    }
}
