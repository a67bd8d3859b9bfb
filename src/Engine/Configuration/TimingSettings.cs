using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of when and how often a check runs, of a check and of <c>defaults</c>.</summary>
internal static class TimingSettings
{
    private static readonly Setting<TimeSpan?> Interval = Setting.Duration(
        "interval", "the time between starts", TimeSpan.FromMilliseconds(100), Units.Longest)
        .With(byDefault: "15s", note: "or the check's timeout where that is longer");

    private static readonly Setting<TimeSpan?> Retry = Setting.Duration(
        "retryInterval", "the time between starts while outcomes contradict the status",
        TimeSpan.FromMilliseconds(10), Units.Longest, byDefault: "2s");

    /// <summary>How often a run that failed is tried again.</summary>
    public static readonly Setting<int?> Retries =
        Setting.WholeNumber("retries", "further tries within one run", least: 0, most: 100, byDefault: "0");

    private static readonly Setting<int?> FailureThreshold = Setting.WholeNumber(
        "failureThreshold", "fails (or warns) in a row that make a verdict", least: 1, most: 1000, byDefault: "3");

    private static readonly Setting<int?> SuccessThreshold = Setting.WholeNumber(
        "successThreshold", "passes in a row that make a verdict", least: 1, most: 1000, byDefault: "1");

    private static readonly Setting<double?> Objective = Setting.Share(
        "objective",
        "the share of the time that the check should be up, such as `99.9%`: what error budgets and burn rates are counted by");

    /// <summary>How long a run may take.</summary>
    public static readonly Setting<TimeSpan?> Timeout =
        Setting.Duration("timeout", "the deadline of one run, retries included", TimeSpan.FromMilliseconds(1), Units.Longest)
            .With(byDefault: "5s", note: "or the interval where that is shorter");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All = [Interval, Timeout, Retries, Retry, FailureThreshold, SuccessThreshold, Objective];

    /// <summary>Reads what is written.</summary>
    public static TimingOptions Read(SettingsReader settings) => new()
    {
        Interval = settings.Get(Interval),
        Timeout = settings.Get(Timeout),
        Retries = settings.Get(Retries),
        RetryInterval = settings.Get(Retry),
        FailureThreshold = settings.Get(FailureThreshold),
        SuccessThreshold = settings.Get(SuccessThreshold),
        Objective = settings.Get(Objective),
    };
}
