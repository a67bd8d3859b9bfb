using System.Net;

namespace HealthAgent.SideBySide;

/// <summary>The same web server with the same limits as the agent's, and nothing behind it but a constant.</summary>
internal static class Peer
{
    public static async Task RunAsync(int port, int bytes)
    {
        var body = new byte[bytes];
        body.AsSpan().Fill((byte)'x');

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Loopback, port);
        });

        await using var peer = builder.Build();
        peer.MapGet("/", context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
        });
        await peer.RunAsync();
    }
}
