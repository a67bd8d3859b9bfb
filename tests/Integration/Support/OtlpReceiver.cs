using System.Collections.Concurrent;
using Google.Protobuf;
using HealthAgent.Integration.Support.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Support;

/// <summary>Receives OTLP/HTTP on loopback and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpReceiver(WebApplication server) => _server = server;

    /// <summary>The base address for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Endpoint => _server.Urls.Single();

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentQueue<LogRecord> Logs { get; } = new();

    public ConcurrentQueue<Metric> Metrics { get; } = new();

    public ConcurrentQueue<Resource> Resources { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var receiver = new OtlpReceiver(server);
        server.MapPost("/v1/traces", context => ReceiveAsync(context, TraceRequest.Parser, request =>
        {
            foreach (var resource in request.Resources)
            {
                receiver.Resources.Enqueue(resource.Resource);
                resource.Scopes.SelectMany(scope => scope.Spans).ToList().ForEach(receiver.Spans.Enqueue);
            }
        }));
        server.MapPost("/v1/logs", context => ReceiveAsync(context, LogsRequest.Parser, request =>
            request.Resources.SelectMany(resource => resource.Scopes).SelectMany(scope => scope.Records).ToList()
                .ForEach(receiver.Logs.Enqueue)));
        server.MapPost("/v1/metrics", context => ReceiveAsync(context, MetricsRequest.Parser, request =>
            request.Resources.SelectMany(resource => resource.Scopes).SelectMany(scope => scope.Metrics).ToList()
                .ForEach(receiver.Metrics.Enqueue)));
        await server.StartAsync();
        return receiver;
    }

    /// <summary>State changes of a check, in order of arrival.</summary>
    public IReadOnlyList<LogRecord> TransitionsOf(string check) =>
    [
        .. Logs.Where(log => log.EventName == "health_check.state_changed" && log.Text("health_check.name") == check),
    ];

    /// <summary>Spans of a check's runs, ordered by end.</summary>
    public IReadOnlyList<Span> RunsOf(string check) =>
        [.. Spans.Where(span => span.Name == $"health_check {check}").OrderBy(span => span.End)];

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private static async Task ReceiveAsync<T>(HttpContext context, MessageParser<T> parser, Action<T> keep) where T : IMessage<T>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        keep(parser.ParseFrom(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}

/// <summary>Attributes by name.</summary>
internal static class OtlpAttributes
{
    public static string? Text(this LogRecord log, string key) => log.Attributes.Text(key);

    public static string? Text(this Span span, string key) => span.Attributes.Text(key);

    public static string? Text(this IEnumerable<Otlp.Attribute> attributes, string key) =>
        attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value.Text;

    public static string Hex(this ByteString id) => Convert.ToHexStringLower(id.Span);
}
