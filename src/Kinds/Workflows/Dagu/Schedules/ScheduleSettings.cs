using System.Collections.Frozen;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu.Schedules;

/// <summary>The DAGs whose schedules are watched.</summary>
/// <param name="Dags">Their names; null for all that have a schedule.</param>
internal sealed record ScheduleSettings(FrozenSet<string>? Dags)
{
    private const string All = "watch";

    /// <summary>The setting <c>schedules</c>.</summary>
    public static readonly Setting<ScheduleSettings?> Schedules = new(
        "schedules", SettingShape.Texts,
        "`watch`, or a list of names of DAGs: whether each slot of their cron schedules becomes a run",
        static (settings, key) => settings.Texts(key) switch
        {
            [] => null,
            [{ Text: All }] => new ScheduleSettings(Dags: null),
            var names => new ScheduleSettings(names.Select(name => name.Text).ToFrozenSet(StringComparer.Ordinal)),
        });
}
