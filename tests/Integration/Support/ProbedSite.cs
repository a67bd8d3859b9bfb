using System.Security.Cryptography.X509Certificates;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Integration.Support;

/// <summary>A site that is probed.</summary>
internal sealed class ProbedSite : IAsyncDisposable
{
    private HttpTarget _target = null!;
    private int _requests;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _target.Url;

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
        var site = new ProbedSite();
        site._target = await HttpTarget.StartAsync(site.CountAsync, certificate, address, port);
        return site;
    }

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private Task CountAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        return Answer(context);
    }
}
