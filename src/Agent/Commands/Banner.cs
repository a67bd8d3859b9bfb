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

    private static readonly (Surface Surface, string Route, string Meaning)[] Routes =
    [
        (Surface.Health, "/health?mode=full", "all checks"),
        (Surface.Probes, "/readyz?verbose", "readiness, one line per check"),
        (Surface.Metrics, "/metrics", "for Prometheus"),
    ];

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
        foreach (var (index, bound) in addresses.Index())
        {
            var address = ListenAddress.FromHere(new Uri(bound)).GetLeftPart(UriPartial.Authority);
            AddRoutes(text, address, index < plan.Listen.Count ? plan.Listen[index].Serve : Surface.All);
        }

        if (AccessLine(plan) is { } line)
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }

    private static void AddRoutes(StringBuilder text, string address, Surface served)
    {
        foreach (var (surface, route, meaning) in Routes.Where(route => served.HasFlag(route.Surface)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {address}{route,-19} {meaning}");
        }
    }

    /// <summary>Who may see and do what, in one line; null where nothing is written of it and only this machine can ask.</summary>
    private static string? AccessLine(AgentPlan plan)
    {
        var rules = plan.Access;
        if (!rules.IsWritten)
        {
            var open = plan.Listen.Select(listen => listen.Url).Where(url => !Loopback.Is(url)).Select(ListenAddress.Written).ToList();
            return open.Count == 0 ? null
                : $"Details are shown on loopback listeners only; {string.Join(", ", open)} shows statuses without names and reasons. "
                    + "To show them there, write access.tokens in agent.yaml.";
        }

        IEnumerable<string> credentials =
        [
            .. Count(rules.Tokens.Count, "token"), .. Count(rules.Certificates.Count, "client certificate"),
            .. rules.Jwt is { } jwt ? [$"JWT of {jwt.Issuer}"] : Array.Empty<string>(),
        ];
        return $"Without credentials, callers get {(rules.Anonymous == Surface.None ? "nothing" : rules.Anonymous.Names())}"
            + (rules.AnonymousSeesDetails ? " with details" : "")
            + (rules.Loopback == Role.Anonymous ? ", on loopback too" : $"; on loopback they are {rules.Loopback.Name()}s")
            + $". Accepted: {string.Join(", ", credentials.DefaultIfEmpty("no credentials"))}"
            + (rules.AllowFrom.Count > 0 ? $". Served: {string.Join(", ", rules.AllowFrom)} only" : "") + ".";
    }

    private static IEnumerable<string> Count(int count, string what) => count switch
    {
        0 => [],
        1 => [$"1 {what}"],
        _ => [string.Create(CultureInfo.InvariantCulture, $"{count} {what}s")],
    };

    private static string Count(AgentPlan plan) => plan.Checks.Count switch
    {
        0 => "no checks",
        1 => "1 check",
        var count => string.Create(CultureInfo.InvariantCulture, $"{count} checks"),
    };
}
