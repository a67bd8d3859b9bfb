using HealthAgent.Configuration;

namespace HealthAgent.Planning;

/// <summary>What a reload changes, by names. A check whose plan is the very same object is not changed.</summary>
/// <param name="Added">Checks that are new.</param>
/// <param name="Changed">Checks that are written otherwise, and start afresh.</param>
/// <param name="Removed">Checks that are gone.</param>
/// <param name="Unchanged">How many checks stay as they are.</param>
/// <param name="Settings">Settings besides the checks that changed, such as <c>maintenance</c>.</param>
/// <param name="NeedRestart">Those that changed but take effect only when the agent starts again.</param>
internal sealed record PlanChange(
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    int Unchanged,
    IReadOnlyList<string> Settings,
    IReadOnlyList<string> NeedRestart)
{
    /// <summary>Whether there is nothing to take over.</summary>
    public bool IsNone => Added.Count + Changed.Count + Removed.Count + Settings.Count + NeedRestart.Count == 0;

    /// <summary>What is different in the next plan.</summary>
    public static PlanChange Between(AgentPlan current, AgentPlan next)
    {
        var before = current.Checks.ToDictionary(check => check.Name, StringComparer.Ordinal);
        var (added, changed, unchanged) = (new List<string>(), new List<string>(), 0);
        foreach (var check in next.Checks)
        {
            if (!before.Remove(check.Name, out var old))
            {
                added.Add(check.Name);
            }
            else if (ReferenceEquals(old, check))
            {
                unchanged++;
            }
            else
            {
                changed.Add(check.Name);
            }
        }

        return new PlanChange(
            added, changed, [.. current.Checks.Select(check => check.Name).Where(before.ContainsKey)], unchanged,
            Differing(
                ("agent.hosts", current.Hosts.SequenceEqual(next.Hosts, StringComparer.Ordinal)),
                ("agent.concurrency", current.Concurrency == next.Concurrency),
                ("agent.concurrencyPerHost", current.ConcurrencyPerHost == next.ConcurrencyPerHost),
                ("agent.memory", current.Memory == next.Memory),
                ("agent.drain", current.Drain == next.Drain),
                ("agent.listen certificates", SameCertificates(current.Listen, next.Listen)),
                ("access", current.Access.Fingerprint == next.Access.Fingerprint && current.Access.IsWritten == next.Access.IsWritten),
                ("maintenance", current.Maintenance.SequenceEqual(next.Maintenance)),
                ("probe", current.Probe?.Fingerprint == next.Probe?.Fingerprint)),
            Differing(
                ("agent.listen", current.Listen.SequenceEqual(next.Listen)),
                ("agent.history", current.HistoryPath == next.HistoryPath),
                ("agent.labels", current.Labels.Count == next.Labels.Count && !current.Labels.Except(next.Labels).Any())));
    }

    private static bool SameCertificates(IReadOnlyList<Listener> current, IReadOnlyList<Listener> next) =>
        current.Where(listener => next.Contains(listener)).All(listener =>
            listener.Tls?.Content.Fingerprint == next.First(listener.Equals).Tls?.Content.Fingerprint);

    private static string[] Differing(params (string Name, bool IsSame)[] settings) =>
        [.. settings.Where(setting => !setting.IsSame).Select(setting => setting.Name)];
}
