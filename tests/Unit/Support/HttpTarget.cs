using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Support;

/// <summary>A real Kestrel on loopback.</summary>
internal sealed class HttpTarget(WebApplication app) : IAsyncDisposable
{
    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => app.Urls.First();

    /// <summary>Starts it; by TLS when a certificate is given, and on a free port unless one is given.</summary>
    public static async Task<HttpTarget> StartAsync(
        RequestDelegate answer, X509Certificate2? certificate = null, string address = "127.0.0.1", int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), port, listener =>
        {
            if (certificate is not null)
            {
                listener.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HttpTarget(app);
    }

    /// <summary>Starts one that answers everything alike.</summary>
    public static Task<HttpTarget> AnsweringAsync(string body, string type = "application/json", int status = 200) =>
        StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body);
        });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
