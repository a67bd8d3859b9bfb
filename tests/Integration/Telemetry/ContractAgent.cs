using System.Net;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Telemetry;

/// <summary>
/// An agent in a state that yields every metric: a certificate, a failure, a root cause, maintenance, an objective, steps, an action.
/// </summary>
internal sealed class ContractAgent : IAsyncDisposable
{
    private const string Grouped = "page";
    private static readonly string[] Always = ["health_check.name", "health_check.kind", "health_check.tier"];
    private static readonly string[] OfGrouped = ["health_check.group", "team"];

    private readonly WebApplication _target;

    private ContractAgent(WebApplication target, AgentProcess agent) => (_target, Process) = (target, agent);

    public AgentProcess Process { get; }

    /// <summary>Attributes of every series of a metric, a check's abbreviated to its name.</summary>
    public static IEnumerable<string> AttributesOf(ContractedMetric metric, string? check) =>
        metric.IsOfCheck ? [.. Always, .. check == Grouped ? OfGrouped : [], .. metric.Always] : metric.Always;

    /// <summary>Names on one line, for comparison.</summary>
    public static string Listed(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    public static async Task<ContractAgent> StartAsync(string collector, string protocol)
    {
        var target = await StartTargetAsync();
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);
        var agent = await AgentProcess.StartAsync($$"""
            agent:
              labels: { env: test }
            defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
            checks:
              - name: {{Grouped}}
                kind: http
                url: {{target.Urls.Single()}}/
                tls: { insecureSkipVerify: true }
                group: shop
                labels: { team: payments }
                objective: 99.9%
              - { name: nobody, kind: tcp, address: 127.0.0.1:1 }
              - { name: behind, kind: tcp, address: 127.0.0.1:1, dependsOn: [nobody] }
              - { name: disk, kind: disk, path: / }
              - name: journey
                kind: scenario
                steps: [{ name: look, kind: disk, path: / }]
                cleanup: [{ name: tidy, kind: tcp, address: 127.0.0.1:1 }]
            maintenance:
              - { name: move, checks: [disk], start: {{yesterday:yyyy-MM-dd'T'HH:mm:ss'Z'}}, duration: 48h }
            """, collector, protocol);
        using var reloaded = await agent.Client.PostAsync(new Uri("/reload", UriKind.Relative), content: null);
        return new ContractAgent(target, agent);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await _target.DisposeAsync();
    }

    private static async Task<WebApplication> StartTargetAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(Certificates.SelfSigned(days: 30))));
        builder.Logging.ClearProviders();
        var target = builder.Build();
        target.MapGet("/", context => context.Response.WriteAsync("fine"));
        await target.StartAsync();
        return target;
    }
}
