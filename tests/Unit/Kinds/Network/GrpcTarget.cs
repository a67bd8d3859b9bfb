using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>A real gRPC server on a free loopback port, with the health service of Grpc.HealthCheck.</summary>
internal sealed class GrpcTarget(WebApplication app) : IAsyncDisposable
{
    /// <summary>Its port.</summary>
    public int Port => new Uri(app.Urls.First()).Port;

    /// <summary>What it says of its services.</summary>
    public HealthServiceImpl Health => app.Services.GetRequiredService<HealthServiceImpl>();

    /// <summary>The headers of the latest call.</summary>
    public IHeaderDictionary Seen { get; private set; } = new HeaderDictionary();

    /// <summary>Starts it; by TLS when a certificate is given.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="answer">What it does in place of answering; null to answer.</param>
    /// <param name="protocols">What it speaks.</param>
    public static async Task<GrpcTarget> StartAsync(
        X509Certificate2? certificate = null, Func<HttpContext, Task>? answer = null, HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = protocols;
            if (certificate is not null)
            {
                listener.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var target = new GrpcTarget(app);
        app.Use((context, next) =>
        {
            target.Seen = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            return answer?.Invoke(context) ?? next(context);
        });
        app.MapGrpcService<HealthServiceImpl>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        target.Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        return target;
    }

    /// <summary>Starts one that ends each call with a status.</summary>
    public static Task<GrpcTarget> EndingAsync(StatusCode code, string detail = "") => StartAsync(answer: context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(detail);
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
