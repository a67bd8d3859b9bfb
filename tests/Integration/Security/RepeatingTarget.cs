using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Integration.Security;

/// <summary>A web server that repeats all that it is sent, where one may look and where nobody expects it.</summary>
internal sealed class RepeatingTarget : IAsyncDisposable
{
    private HttpTarget _web = null!;

    public string Url => _web.Url;

    /// <summary>What it was sent by checks.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>What it was sent by OTLP, with its path.</summary>
    public ConcurrentQueue<(string Path, string Text)> Exported { get; } = new();

    public static async Task<RepeatingTarget> StartAsync()
    {
        var target = new RepeatingTarget();
        target._web = await HttpTarget.StartAsync(target.AnswerAsync);
        return target;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var text = Encoding.UTF8.GetString(body.ToArray());
        var path = context.Request.Path.Value!;
        if (path.StartsWith("/otlp/", StringComparison.Ordinal))
        {
            Exported.Enqueue((path, text));
            context.Response.ContentType = "application/x-protobuf";
            return;
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        var decoded = authorization.StartsWith("Basic ", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(authorization[6..]))
            : authorization;
        var said = $"{context.Request.Path}{context.Request.QueryString} {decoded} {context.Request.Headers["X-Api-Key"]} "
            + $"{context.Request.Headers.Cookie} {text}";
        Heard.Enqueue(said);
        if (path == "/redirect")
        {
            context.Response.Redirect($"/echo?hop={authorization[7..]}");
            return;
        }

        context.Response.StatusCode = path == "/login" ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "application/json";
        context.Response.Headers["X-Repeated"] = said.ReplaceLineEndings(" ");
        var json = JsonSerializer.Serialize(said);
        var token = path == "/login" ? "plant-captured-77" : "";
        await context.Response.WriteAsync($$"""{"said":{{json}},"authorization":"{{authorization}}","token":"{{token}}"}""");
    }
}
