using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Support;

/// <summary>A collector's backend: receives OTLP/HTTP in JSON on loopback and keeps it.</summary>
internal sealed class OtlpJsonSink : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpJsonSink(WebApplication server) => _server = server;

    /// <summary>The base address for a collector's <c>otlp_http</c> exporter.</summary>
    public string Endpoint => _server.Urls.Single();

    /// <summary>Delay of responses.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether it rejects data like an overloaded backend.</summary>
    public bool IsRefusing { get; set; }

    public ConcurrentQueue<OtlpMetric> Metrics { get; } = new();

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    public ConcurrentQueue<OtlpLog> Logs { get; } = new();

    /// <summary>Path and headers of each request.</summary>
    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = new();

    public static async Task<OtlpJsonSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRequestDecompression();
        var server = builder.Build();
        server.UseRequestDecompression();
        var sink = new OtlpJsonSink(server);
        // Backends may use a path prefix per signal.
        server.MapPost("/{**path}", context => sink.ReceiveAsync(context));
        await server.StartAsync();
        return sink;
    }

    /// <summary>State changes of a check, in order of arrival.</summary>
    public IReadOnlyList<OtlpLog> TransitionsOf(string check) =>
    [
        .. Logs.Where(log => log.EventName == "health_check.state_changed" && log.Attributes.Text("health_check.name") == check),
    ];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var export = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        await Task.Delay(Delay, TimeProvider.System, context.RequestAborted);
        if (IsRefusing)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var path = context.Request.Path.Value!;
        Requests.Enqueue((path, context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        switch (path[(path.LastIndexOf('/') + 1)..])
        {
            case "metrics":
                OtlpJson.Metrics(export.RootElement).ToList().ForEach(Metrics.Enqueue);
                break;
            case "traces":
                OtlpJson.Spans(export.RootElement).ToList().ForEach(Spans.Enqueue);
                break;
            case "logs":
                OtlpJson.Logs(export.RootElement).ToList().ForEach(Logs.Enqueue);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{}", context.RequestAborted);
    }
}
