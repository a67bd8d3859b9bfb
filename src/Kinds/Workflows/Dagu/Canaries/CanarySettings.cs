using System.Collections.Immutable;
using HealthAgent.Checks;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>The DAG that the agent runs to see whether runs are executed.</summary>
/// <param name="Dag">The id of its file.</param>
/// <param name="Ways">How runs are started, in this order.</param>
/// <param name="Within">How long each may take until it has succeeded.</param>
internal sealed record CanarySettings(string Dag, ImmutableArray<CanaryWay> Ways, TimeSpan Within)
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(30), Spare = TimeSpan.FromSeconds(5);

    private static readonly Setting<string> DagName = Setting.RequiredText("dag", "the DAG, by the name of its file without `.yaml`");

    private static readonly Setting<IReadOnlyList<LocatedText>> By = new(
        "by", SettingShape.Texts with { Items = SettingShape.OneOf(CanaryWays.Words.Keys) },
        "how it is started, one after another: `start` proves storage and execution, `enqueue` also queue and scheduler",
        static (settings, key) => settings.Texts(key))
    {
        DefaultNote = "`[start, enqueue]`",
    };

    private static readonly Setting<TimeSpan?> WithinTime = Setting.Duration(
        "within", "how long each run may take until it has succeeded", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30), byDefault: "30s");

    /// <summary>The setting <c>canary</c>.</summary>
    public static readonly Setting<CanarySettings?> Canary = Setting.SectionOr<CanarySettings?>(
        "canary", SettingShape.Text,
        "a DAG that the check runs at each of its runs, made for this purpose; a name is short for `{ dag: NAME }`. "
        + "Needs the role operator, and developer to delete the runs that succeeded (from version 2)",
        [DagName, By, WithinTime],
        static canary => new CanarySettings(canary.Get(DagName), ReadWays(canary), canary.Get(WithinTime) ?? DefaultWithin),
        static (settings, key) => settings.Text(key) is { Length: > 0 } name
            ? new CanarySettings(name, [.. CanaryWays.Words.Values], DefaultWithin)
            : null);

    /// <summary>Reads what the operator wrote; null if nothing.</summary>
    public static CanarySettings? Read(PlanContext context)
    {
        var canary = context.Settings.Get(Canary);
        if (canary is not null && canary.Within * canary.Ways.Length is var together && together >= context.Timeout)
        {
            var (within, timeout) = (Units.Format(canary.Within), Units.Format(context.Timeout));
            context.Settings.Reject(
                Canary,
                (canary.Ways.Length == 1 ? $"within ({within})" : $"within ({within}) for each of {canary.Ways.Length} runs together")
                + $" must be shorter than the timeout ({timeout}); write timeout: {Units.Format(together + Spare)} and an interval of at least that, "
                + "or a shorter within");
        }

        return canary;
    }

    private static ImmutableArray<CanaryWay> ReadWays(SettingsReader canary)
    {
        var ways = new List<CanaryWay>();
        foreach (var text in canary.Get(By))
        {
            if (!CanaryWays.Words.TryGetValue(text.Text, out var way))
            {
                canary.Reject(By, text, $"'{text.Text}' is not valid{Suggestion.For(text.Text, CanaryWays.Words.Keys)}");
            }
            else if (!ways.Contains(way))
            {
                ways.Add(way);
            }
        }

        return ways.Count == 0 ? [.. CanaryWays.Words.Values] : [.. ways];
    }
}
