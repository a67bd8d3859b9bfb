using System.Net;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Dashboards;

/// <summary>Targets of the dashboards' agent besides Dagu: in this process, over HTTP and TLS.</summary>
internal sealed class DashboardTargets : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private DashboardTargets()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(Certificates.SelfSigned(days: 20)));
        });
        _app = builder.Build();
        _app.MapGet("/fine", () => Results.Text("fine"));
        _app.MapGet("/wrong", () => Results.StatusCode(500));
        _app.MapGet("/tidal", () => Results.StatusCode(TimeProvider.System.GetUtcNow().Second / 6 % 2 == 0 ? 200 : 500));
        _app.MapGet("/moody", () => Results.StatusCode(Interlocked.Increment(ref _asked) % 2 == 0 ? 200 : 500));
    }

    /// <summary>
    /// The HTTP address: <c>/fine</c>, <c>/wrong</c>, <c>/tidal</c>, alternately fine and wrong for six seconds, and <c>/moody</c>, fine
    /// every
    /// second time.
    /// </summary>
    private string Http => _app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal));

    /// <summary>The TLS address.</summary>
    private string Https => _app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal));

    /// <summary>Checks of these targets and of the machine, in every state.</summary>
    public string Checks => $$"""
          - { name: fine, kind: http, url: "{{Http}}/fine", group: shop, objective: 99.9% }
          - { name: ungrouped, kind: http, url: "{{Http}}/fine", tier: functional }
          - { name: secure, kind: http, url: "{{Https}}/fine", tls: { insecureSkipVerify: true }, group: shop }
          - { name: broken, kind: http, url: "{{Http}}/wrong", group: shop, objective: 99% }
          - { name: consequence, kind: http, url: "{{Http}}/fine", dependsOn: [broken], group: shop }
          - { name: warned, kind: http, url: "{{Http}}/fine", warn: [status == 200], group: shop }
          - { name: moody, kind: http, url: "{{Http}}/moody", failureThreshold: 1, group: shop, objective: 90% }
          - { name: tidal, kind: http, url: "{{Http}}/tidal", failureThreshold: 1, group: shop }
          - { name: tended, kind: tcp, address: "127.0.0.1:1", group: shop }
          - name: journey
            kind: scenario
            group: shop
            steps: [{ name: look, kind: http, url: "{{Http}}/fine" }, { name: buy, kind: http, url: "{{Http}}/wrong" }]
          - { name: agent, kind: self, group: host }
          - { name: disk, kind: disk, path: /, group: host, expect: [used <= 100%] }

        """;

    public static async Task<DashboardTargets> StartAsync()
    {
        var targets = new DashboardTargets();
        await targets._app.StartAsync();
        return targets;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
