using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings that checks of all kinds have.</summary>
internal static class CheckSettings
{
    private static readonly Setting<string> Name = Setting.RequiredText("name", "unique; small letters, digits and `. _ -`");

    private static readonly Setting<string?> Group = Setting.Text("group", "a roll-up of its own");

    private static readonly Setting<Impact?> Impact = new(
        "impact", SettingShape.OneOf(TierNames.Impacts.Keys),
        "what an unhealthy check does to its roll-ups: `critical` fails them, `degrading` degrades them, `none` is only shown",
        static (settings, key) => settings.OneOf(key, TierNames.Impacts))
    {
        DefaultNote = "`critical`; `degrading` at tier functional",
    };

    private static readonly Setting<IReadOnlyList<LocatedText>> DependsOn = Setting.Texts(
        "dependsOn",
        "names of checks without which this one has no meaning: while one of them is unhealthy, this one is not run, is unknown with that "
        + "one named as its cause, and sends no events; when it recovers, this one is run at once");

    private static readonly Setting<IReadOnlyDictionary<string, string>> Labels =
        Setting.Map("labels", "attributes of the check's metrics, spans and events");

    /// <summary>Conditions a miss of which is a fail.</summary>
    public static readonly Setting<IReadOnlyList<LocatedText>> Expect = Conditions(
        "expect", "conditions that must hold, such as `latency < 1s`; a miss is a fail");

    /// <summary>Conditions a hit of which is a warn.</summary>
    public static readonly Setting<IReadOnlyList<LocatedText>> Warn = Conditions(
        "warn", "conditions that must not hold, such as `latency > 300ms`; a hit is a warn");

    /// <summary>What kind of check it is.</summary>
    public static readonly Setting<string> Kind = Setting.RequiredText("kind", "one of the kinds below");

    /// <summary>Whether it is run.</summary>
    public static readonly Setting<bool> Enabled = Setting.Boolean(
        "enabled",
        "`false` switches the check off: it is validated, but not run and not shown anywhere. "
        + "What depends on it depends on what it depended on itself",
        byDefault: true);

    /// <summary>The layer that it looks at.</summary>
    public static readonly Setting<Tier?> Tier = new(
        "tier", SettingShape.OneOf(TierNames.Tiers.Keys), "the layer that it looks at",
        static (settings, key) => settings.OneOf(key, TierNames.Tiers))
    {
        DefaultNote = "by kind",
    };

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [Name, Kind, Enabled, Tier, Impact, Group, DependsOn, Labels, .. TimingSettings.All, Expect, Warn];

    /// <summary>Reads what is written; what is its kind's own is left in the reader.</summary>
    public static CheckOptions Read(SettingsReader settings)
    {
        settings.Declare(All);
        var check = new CheckOptions
        {
            Name = settings.Get(Name),
            Kind = settings.Get(Kind),
            IsEnabled = settings.Get(Enabled),
            Tier = settings.Get(Tier),
            Impact = settings.Get(Impact),
            Group = settings.Get(Group),
            Labels = settings.Get(Labels),
            Timing = TimingSettings.Read(settings),
            DependsOn = settings.Get(DependsOn),
            Expect = settings.Get(Expect),
            Warn = settings.Get(Warn),
            Settings = settings,
        };
        CheckName.RejectBad(settings, Name, check.Name);
        CheckName.RejectBad(settings, Group, check.Group);
        Settings.Labels.RejectBadNames(settings, check.Labels.Keys);
        Settings.Labels.RejectBadValues(settings, check.Labels);
        return check;
    }

    private static Setting<IReadOnlyList<LocatedText>> Conditions(string name, string description) =>
        new(name, SettingShape.Conditions, description, static (settings, key) => settings.Texts(key)) { DefaultNote = "by kind" };
}
