using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>A web server on loopback that answers 200 to everything, for as long as it is not disposed.</summary>
internal static class WebTarget
{
    public static async Task<IAsyncDisposable> StartAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var target = builder.Build();
        target.MapFallback(() => "ok");
        await target.StartAsync();
        return target;
    }
}
