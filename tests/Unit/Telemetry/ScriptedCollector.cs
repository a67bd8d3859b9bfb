using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Telemetry;

/// <summary>
/// A server with scripted responses: HTTP status codes, <c>grpc N</c> for a gRPC status, <c>hang</c> for none, <c>reset</c> for a reset
/// connection. After the last one it succeeds.
/// </summary>
internal sealed class ScriptedCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _answers;
    private readonly WebApplication _server;

    private ScriptedCollector(WebApplication server, IEnumerable<string> answers) => (_server, _answers) = (server, new(answers));

    public Uri Url => new(_server.Urls.Single());

    /// <summary>The received bodies, whatever the response.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    public static async Task<ScriptedCollector> StartAsync(params IEnumerable<string> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var collector = new ScriptedCollector(server, answers);
        server.Run(collector.AnswerAsync);
        await server.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Received.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
        switch (_answers.TryDequeue(out var answer) ? answer.Split(' ') : ["200"])
        {
            case ["hang"]:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                break;
            case ["reset"]:
                context.Abort();
                break;
            case ["grpc", var status]:
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", status);
                break;
            case [var code, .. var after]:
                context.Response.StatusCode = int.Parse(code, CultureInfo.InvariantCulture);
                context.Response.Headers.RetryAfter = after.Length > 0 ? after[0] : default;
                break;
        }
    }
}
