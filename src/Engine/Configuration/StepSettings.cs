using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>What a step keeps, as written.</summary>
/// <param name="Name">The name under which later steps refer to it.</param>
/// <param name="From">What is kept; the default where it is missing, which is an error.</param>
/// <param name="IsShown">Whether it may be shown.</param>
internal readonly record struct CaptureOptions(string Name, LocatedText From, bool IsShown);

/// <summary>How long and how often a step is retried, as written.</summary>
internal sealed record RetryOptions(TimeSpan? For, TimeSpan? Every);

/// <summary>The settings that all steps of a scenario have, beside those of their kind.</summary>
internal static class StepSettings
{
    /// <summary>How often a step is tried unless it says so.</summary>
    public static readonly TimeSpan DefaultEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LeastEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>The name.</summary>
    public static readonly Setting<string> Name = Setting.RequiredText(
        "name", "unique in the scenario; small letters, digits and `_ -`. Later steps refer to what it captures as `${steps.NAME.…}`");

    private static readonly Setting<LocatedText?> From = new(
        "from", SettingShape.Text, "what is kept",
        static (settings, key) => settings.Texts(key) is [var text] ? text : null) { IsRequired = true };

    private static readonly Setting<bool> Show = Setting.Boolean(
        "show", "`true` lets it be shown with the results of the step; otherwise it is a secret", byDefault: false);

    /// <summary>What is kept for later steps.</summary>
    public static readonly Setting<IReadOnlyList<CaptureOptions>> Capture = new(
        "capture",
        new SettingShape("mapping", "object") { Values = new SettingShape("capture", "string", "object") { Settings = [From, Show] } },
        "what is kept for later steps, by name: a value that the kind observes, such as `json $.id`; of a text also what one group "
        + "matches, as in `header Set-Cookie matches session=([^;]+)`. What is kept is a secret, unless written as "
        + "`{ from: json $.id, show: true }`",
        ReadCaptures);

    private static readonly Setting<TimeSpan?> For = new(
        "for", SettingShape.Duration, "how long the step is retried while it fails",
        static (settings, key) => settings.Duration(key, LeastEvery, Units.Longest)) { IsRequired = true };

    private static readonly Setting<TimeSpan?> Every = Setting.Duration(
        "every", "the time between tries", LeastEvery, Units.Longest, byDefault: Units.Format(DefaultEvery));

    /// <summary>Whether and how it is retried.</summary>
    public static readonly Setting<RetryOptions?> Retry = Setting.Section(
        "retry", "tries the step again while it fails", [For, Every], ReadRetry, absent: null);

    /// <summary>What a fail of the step does to the scenario.</summary>
    public static readonly Setting<Impact?> Impact = new(
        "impact", SettingShape.OneOf(TierNames.Impacts.Keys),
        "what a fail of the step does: `critical` fails the scenario, and the steps after it are skipped; `degrading` is a warning of the "
        + "scenario, and `none` only shown, and the steps after it run",
        static (settings, key) => settings.OneOf(key, TierNames.Impacts))
    {
        DefaultNote = "`critical`; `degrading` in `cleanup`",
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [Name, CheckSettings.Kind, CheckSettings.Expect, CheckSettings.Warn, Capture, Retry, Impact];

    /// <summary>Notes an error where a setting is written that only whole checks have.</summary>
    public static void RejectThoseOfChecks(SettingsReader step)
    {
        foreach (var setting in OfChecksAlone.Where(setting => step.Has(setting.Name)))
        {
            step.Reject(setting.Name, setting == TimingSettings.Timeout
                ? "a step has no timeout: all steps share the scenario's; write one there"
                : $"a step has no '{setting.Name}': it is the scenario's; write it there");
        }
    }

    /// <summary>The settings of whole checks, which a step does not have.</summary>
    public static IReadOnlyList<Setting> OfChecksAlone { get; } =
        [.. CheckSettings.All.Where(static setting => All.All(own => own.Name != setting.Name))];

    private static RetryOptions ReadRetry(SettingsReader settings)
    {
        if (!settings.Has(For))
        {
            settings.Reject(For, "'for' is required: how long the step is retried");
        }

        return new RetryOptions(settings.Get(For), settings.Get(Every));
    }

    private static List<CaptureOptions> ReadCaptures(SettingsReader settings, string key)
    {
        var captures = new List<CaptureOptions>();
        if (settings.Section(key) is not { } section)
        {
            return captures;
        }

        foreach (var name in section.Keys)
        {
            var (from, isShown) = ReadCapture(section, name);
            if (!StepReference.IsName(name))
            {
                section.Reject(name, $"'{name}' is not a name for what is captured; use letters, digits and _ after a first letter");
            }
            else if (from is { } text)
            {
                captures.Add(new CaptureOptions(name, text, isShown));
            }
        }

        return captures;
    }

    private static (LocatedText? From, bool IsShown) ReadCapture(SettingsReader captures, string name)
    {
        if (!captures.IsSection(name))
        {
            var written = captures.Texts(name);
            if (written.Count == 0)
            {
                captures.Reject(name, "write what is kept, such as json $.id");
            }

            return (written.Count > 0 ? written[0] : null, false);
        }

        var section = captures.Section(name)!;
        section.Declare([From, Show]);
        if (!section.Has(From))
        {
            section.Reject(From, "'from' is required");
        }

        var capture = (section.Get(From), section.Get(Show));
        section.RejectUnknownKeys();
        return capture;
    }
}
