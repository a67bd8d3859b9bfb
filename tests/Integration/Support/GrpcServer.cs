using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Support;

/// <summary>
/// A real gRPC server that says by Grpc.AspNetCore.HealthChecks what the health checks of its services do, and as a whole what all of
/// them do together.
/// </summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, HealthStatus> _services;
    private readonly WebApplication _app;

    private GrpcServer(IEnumerable<string> services, X509Certificate2? certificate, string? token)
    {
        _services = new(services.Select(service => KeyValuePair.Create(service, HealthStatus.Healthy)), StringComparer.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        var health = builder.Services.AddGrpcHealthChecks(options =>
        {
            foreach (var service in _services.Keys)
            {
                options.Services.Map(service, check => check.Name == service);
            }
        });
        foreach (var service in _services.Keys)
        {
            health.AddCheck(service, () => new HealthCheckResult(_services[service]));
        }

        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listener.UseHttps(certificate);
            }
        }));
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (token is null || context.Request.Headers.Authorization == $"Bearer {token}")
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        _app.MapGrpcHealthChecksService();
    }

    /// <summary>Where it is.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Starts one, all of whose services are healthy.</summary>
    /// <param name="services">Its services.</param>
    /// <param name="certificate">Its certificate; null to speak without TLS.</param>
    /// <param name="token">What callers have to send; null for nothing.</param>
    public static async Task<GrpcServer> StartAsync(
        IEnumerable<string> services, X509Certificate2? certificate = null, string? token = null)
    {
        var server = new GrpcServer(services, certificate, token);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Sets how a service is.</summary>
    public void Set(string service, HealthStatus status) => _services[service] = status;

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
