using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Support;

/// <summary>A site that is probed.</summary>
internal sealed class ProbedSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private ProbedSite(WebApplication app) => _app = app;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>How many requests it had.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What it does with a request.</summary>
    public RequestDelegate Answer { get; set; } = static context =>
    {
        context.Response.Headers.LastModified = "Wed, 25 Nov 2026 07:28:00 GMT";
        context.Response.ContentLength = 3;
        return context.Response.WriteAsync("up\n");
    };

    /// <summary>Starts one, by TLS where a certificate is given.</summary>
    public static async Task<ProbedSite> StartAsync(string address = "127.0.0.1", int port = 0, X509Certificate2? certificate = null)
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
        var site = new ProbedSite(builder.Build());
        site._app.Run(context =>
        {
            Interlocked.Increment(ref site._requests);
            return site.Answer(context);
        });
        await site._app.StartAsync();
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
