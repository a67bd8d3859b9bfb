using System.Globalization;
using System.Text;
using HealthAgent.Agent.Hosting;
using HealthAgent.Endpoints;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary>The lines printed at start: what is monitored, and where to look.</summary>
internal static class Banner
{
    private const int MostListed = 12;

    /// <summary>The text for the addresses actually bound.</summary>
    public static string Of(AgentPlan plan, IReadOnlyCollection<string> addresses)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Health Agent {AgentVersion.Version} watches {Count(plan)} of {plan.Source}:");
        foreach (var check in plan.Checks.Take(MostListed))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {check.Name,-24} {check.Kind.Name,-10} {check.Tier.Name(),-11} every {Units.Format(check.Interval)}");
        }

        if (plan.Checks.Count > MostListed)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  … and {plan.Checks.Count - MostListed} more");
        }

        text.AppendLine("Look at:");
        foreach (var address in addresses.Select(address => ListenAddress.FromHere(new Uri(address)).GetLeftPart(UriPartial.Authority)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/health?mode=full   all checks");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/readyz?verbose     readiness, one line per check");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/metrics            for Prometheus");
        }

        if (plan.Listen.Where(listen => !Access.IsLoopback(listen)).Select(ListenAddress.Written).ToList() is { Count: > 0 } open)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"Details are shown on loopback listeners only; {string.Join(", ", open)} shows statuses without reasons.");
        }

        return text.ToString();
    }

    private static string Count(AgentPlan plan) => plan.Checks.Count switch
    {
        0 => "no checks",
        1 => "1 check",
        var count => string.Create(CultureInfo.InvariantCulture, $"{count} checks"),
    };
}
