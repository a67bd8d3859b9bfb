using HealthAgent.Checks;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>The workers that are expected.</summary>
/// <param name="AtLeast">How many.</param>
/// <param name="Labels">The labels that each of them has.</param>
internal sealed record ExpectedWorkers(int AtLeast, IReadOnlyDictionary<string, string> Labels);

/// <summary>The settings of kind <c>dagu</c> about what Dagu needs.</summary>
internal sealed record DaguDependencySettings
{
    private const int MostServices = 10_000;

    private static readonly Setting<int?> CoordinatorCount = Setting.WholeNumber(
        "coordinators", "how many coordinators must be registered; needs the role developer from version 2", 1, MostServices);

    private static readonly Setting<int> AtLeast = new(
        "atLeast", SettingShape.Integer(1, MostServices), "how many workers must be healthy",
        static (settings, key) => settings.Integer(key, 1, MostServices) ?? 1) { Default = "1" };

    private static readonly Setting<IReadOnlyDictionary<string, string>> Labels =
        Setting.Map("labels", "only workers with these labels are looked at");

    private static readonly Setting<ExpectedWorkers?> WorkerSection = Setting.Section<ExpectedWorkers?>(
        "workers", "the distributed workers that are expected; needs the role developer from version 2", [AtLeast, Labels],
        static workers => new ExpectedWorkers(workers.Get(AtLeast), workers.Get(Labels)), absent: null);

    private static readonly Setting<TimeSpan> WindowLength = new(
        "window", SettingShape.Duration, "the time that `runs.failureRatio` and the other values of runs look back",
        static (settings, key) => settings.Duration(key, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)) ?? TimeSpan.FromHours(1))
    {
        Default = "1h",
        DefaultNote = "not at tier liveness",
    };

    /// <summary>What may be written.</summary>
    public static readonly IReadOnlyList<Setting> All = [CoordinatorCount, WorkerSection, WindowLength];

    /// <summary>How many coordinators are expected; null if that does not matter.</summary>
    public required int? Coordinators { get; init; }

    /// <summary>The workers that are expected; null if none are.</summary>
    public required ExpectedWorkers? Workers { get; init; }

    /// <summary>How far values of runs look back.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Reads what the operator wrote.</summary>
    public static DaguDependencySettings Read(PlanContext context)
    {
        var settings = context.Settings;
        foreach (var setting in All.Where(setting => context.Tier == Tier.Liveness && settings.Has(setting)))
        {
            settings.Reject(setting, "at tier liveness only the web server is looked at; write tier: dependency");
        }

        return new DaguDependencySettings
        {
            Coordinators = settings.Get(CoordinatorCount),
            Workers = settings.Get(WorkerSection),
            Window = settings.Get(WindowLength),
        };
    }
}
