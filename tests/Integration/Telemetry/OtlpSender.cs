using System.Globalization;
using System.Net;
using System.Text;

namespace HealthAgent.Integration.Telemetry;

/// <summary>Sends OTLP/HTTP in JSON, one request after another, each until acknowledged.</summary>
internal sealed class OtlpSender(string endpoint) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new() { BaseAddress = new Uri(endpoint), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Number of acknowledged log records; their bodies are 0, 1, 2 …</summary>
    public int Acknowledged { get; private set; }

    /// <summary>An export of one log record.</summary>
    public static string Log(int body) => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"{{{body}}}"}}]}]}]}""");

    /// <summary>Sends log records up to a number.</summary>
    public async Task SendLogsAsync(CancellationToken enough)
    {
        for (; !enough.IsCancellationRequested; Acknowledged++)
        {
            await SendAsync("logs", Log(Acknowledged));
        }
    }

    /// <summary>Sends one request until acknowledged.</summary>
    public async Task SendAsync(string signal, string json)
    {
        while (await TrySendAsync(signal, json) != HttpStatusCode.OK)
        {
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Sends one request once; null without a response.</summary>
    public async Task<HttpStatusCode?> TrySendAsync(string signal, string json)
    {
        try
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri($"/v1/{signal}", UriKind.Relative), content);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
