using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>The section <c>agent.history</c>: what outlives a restart of the agent, and where.</summary>
internal static class HistorySettings
{
    private static readonly Setting<string> Path = new(
        "path",
        SettingShape.Matching("path", "^([/\\\\]|[A-Za-z]:)"),
        "an absolute path of a directory for this agent alone; it is created where it does not exist",
        ReadPath)
    {
        IsRequired = true,
    };

    /// <summary>The path; null where nothing outlives a restart.</summary>
    public static readonly Setting<string?> Section = Setting.Section<string?>(
        "history", "what outlives a restart of the agent: transitions, and what is known of each check", [Path],
        static settings => settings.Get(Path) is { Length: > 0 } path ? path : null, absent: null);

    private static string ReadPath(SettingsReader settings, string key)
    {
        var path = settings.RequiredText(key);
        if (path.Length > 0 && !System.IO.Path.IsPathFullyQualified(path))
        {
            settings.Reject(key, $"'{path}' is not an absolute path; write one such as /var/lib/health-agent");
        }

        return path;
    }
}
