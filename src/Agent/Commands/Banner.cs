using System.Globalization;
using System.Text;
using HealthAgent.Agent.Hosting;
using HealthAgent.Endpoints;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Agent.Commands;

/// <summary>The few lines at the start: what is watched, and where to look.</summary>
internal static class Banner
{
    private const int MostListed = 12;

    /// <summary>The text, for the addresses that are really listened on.</summary>
    public static string Of(AgentPlan plan, IReadOnlyCollection<string> addresses)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Health Agent {AgentVersion.Version} watches {Count(plan)} of {plan.Source}:");
        foreach (var check in plan.Checks.Take(MostListed))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {check.Name,-24} {check.Kind.Name,-10} {check.Tier.Name(),-11} every {Units.Format(check.Interval)}");
        }

        if (plan.Checks.Count > MostListed)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  … and {plan.Checks.Count - MostListed} more");
        }

        text.AppendLine("Look at:");
        foreach (var address in addresses.Select(address => ListenAddress.FromHere(new Uri(address)).GetLeftPart(UriPartial.Authority)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/health?mode=full   all checks");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/readyz?verbose     readiness, a line a check");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}/metrics            for Prometheus");
        }

        if (plan.Listen.Where(listen => !Access.IsLoopback(listen)).Select(ListenAddress.Written).ToList() is { Count: > 0 } open)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Details are shown only by listeners on a loopback address; callers of {string.Join(", ", open)} see statuses without reasons.");
        }

        return text.ToString();
    }

    private static string Count(AgentPlan plan) => plan.Checks.Count switch
    {
        0 => "nothing, there are no checks",
        1 => "1 check",
        var count => string.Create(CultureInfo.InvariantCulture, $"{count} checks"),
    };
}
