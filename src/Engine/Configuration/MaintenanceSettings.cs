using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The settings of a maintenance window.</summary>
internal static class MaintenanceSettings
{
    // A century: a time that lies this long before any other is still a date.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private static readonly Setting<string> Name = Setting.RequiredText("name", "for people");

    private static readonly Setting<IReadOnlyList<LocatedText>> Checks =
        Setting.Texts("checks", "names of the checks that it is for; `[\"*\"]` is all of them");

    private static readonly Setting<IReadOnlyList<LocatedText>> Groups = Setting.Texts("groups", "the groups that it is for");

    private static readonly Setting<string?> Cron =
        Setting.Text("cron", "when it begins, again and again, such as `0 2 * * *`; this or `start`");

    private static readonly Setting<string?> Start = Setting.Text("start", "when it begins, once, such as `2026-11-28T22:00:00Z`");

    private static readonly Setting<TimeSpan?> Duration =
        Setting.Duration("duration", "how long it lasts", TimeSpan.FromSeconds(1), Longest).With(isRequired: true);

    private static readonly Setting<string?> TimeZone =
        Setting.Text("timeZone", "the time zone of `cron`, such as `Europe/Paris`").With(byDefault: "UTC");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All = [Name, Checks, Groups, Cron, Start, Duration, TimeZone];

    /// <summary>Reads one window.</summary>
    public static MaintenanceOptions Read(SettingsReader settings)
    {
        var window = new MaintenanceOptions
        {
            Name = settings.Get(Name),
            Checks = settings.Get(Checks),
            Groups = settings.Get(Groups),
            Cron = settings.Get(Cron),
            Start = settings.Get(Start),
            Duration = settings.Get(Duration),
            TimeZone = settings.Get(TimeZone),
            Settings = settings,
        };
        CheckName.RejectBad(settings, Name, window.Name);
        return window;
    }
}
