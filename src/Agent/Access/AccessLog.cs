using System.Net;
using HealthAgent.Instruments;

namespace HealthAgent.Agent.Access;

/// <summary>
/// Reports wrong credentials: the first of an address, and when it is limited; in all, twenty at once, and then one in three seconds. What
/// was sent is never part of it.
/// </summary>
internal sealed class AccessLog(AgentEvents events, TimeProvider clock)
{
    private readonly PacedReports _reports = new(burst: 20, TimeSpan.FromSeconds(3), clock);

    /// <summary>A credential was wrong.</summary>
    /// <param name="address">Where it came from; null where that is unknown.</param>
    /// <param name="what">What it was, in words of ours.</param>
    /// <param name="lately">How many of that address were wrong lately.</param>
    public void Refused(IPAddress? address, string what, int lately)
    {
        if (lately is 1 or FailedAttempts.AtOnce && _reports.TryTake() is { } unreported)
        {
            events.CredentialRefused(address?.ToString(), what, isLimited: lately == FailedAttempts.AtOnce, unreported);
        }
    }
}
