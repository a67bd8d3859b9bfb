using HealthAgent.Agent.Telemetry.Metrics;
using HealthAgent.Endpoints;
using Microsoft.Net.Http.Headers;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// Serves scrapes using OpenTelemetry's Prometheus exporter. While the exporter writes, other scrapes wait, so it writes to memory, from
/// where clients are served. Clients that accept the same format share a response for 300 ms, as with the exporter itself. It is held
/// compressed, a twentieth of the text, and decompressed while it is sent to clients that do not accept gzip.
/// </summary>
internal sealed class Scrapes(MetricsPipeline pipeline, TimeProvider clock) : IDisposable
{
    // Prometheus uses one or two formats; bounds what other clients can request.
    private const int MostForms = 8;

    // Headers that an answer sends by itself.
    private static readonly string[] ByAnswer = [HeaderNames.ContentType, HeaderNames.ContentLength, HeaderNames.ContentEncoding];

    private static readonly TimeSpan SharedFor = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, Rendered> _rendered = new(StringComparer.Ordinal);

    /// <summary>Serves a scrape in a format that the client accepts.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context.Request.Headers.Accept.ToString(), context.RequestAborted);
        if (answer.StatusCode == StatusCodes.Status200OK)
        {
            await answer.SendAsync(context);
        }
        else
        {
            context.Response.StatusCode = answer.StatusCode;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<Answer> AnswerAsync(string accept, CancellationToken aborted)
    {
        // One request renders, and those waiting reuse its response.
        await _turn.WaitAsync(aborted);
        try
        {
            var isKnown = _rendered.TryGetValue(accept, out var rendered);
            if (isKnown && clock.GetElapsedTime(rendered!.At) < SharedFor && rendered.Answer.TryGetTarget(out var shared))
            {
                return shared;
            }

            var (at, answer) = (clock.GetTimestamp(), await RenderAsync(accept, isKnown ? rendered!.Length : 0));
            if (_rendered.Count >= MostForms)
            {
                _rendered.Clear();
            }

            _rendered[accept] = new Rendered(at, answer.Body.Length, new WeakReference<Answer>(answer));
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Answer> RenderAsync(string accept, int expected)
    {
        // Slightly more than last time, to avoid doubling the buffer for a few more series.
        using var body = new MemoryStream(expected + (expected / 16));
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path) = (HttpMethods.Get, MetricsEndpoint.Route);
        (context.Request.Headers.Accept, context.Request.Headers.AcceptEncoding) = (accept, Answer.Gzip);
        context.Response.Body = body;
        await pipeline.ScrapeAsync(context);
        var response = context.Response;
        return new Answer(response.StatusCode, response.ContentType ?? "", body.GetBuffer().AsMemory(0, (int)body.Length))
        {
            IsGzip = response.Headers.ContentEncoding == Answer.Gzip,
            Headers = [.. response.Headers.Where(static header => !ByAnswer.Contains(header.Key))],
        };
    }

    // Weak reference: scrapes come every few seconds, and thousands of checks take tens of megabytes of text.
    private sealed record Rendered(long At, int Length, WeakReference<Answer> Answer);
}
