using System.Text.RegularExpressions;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>
/// What names of checks, groups and maintenance windows may be: they stand in routes, in lists and in queries of metrics.
/// </summary>
internal static partial class CheckName
{
    /// <summary>Whether it may be a name.</summary>
    public static bool IsValid(string name) => Form().IsMatch(name);

    /// <summary>Notes an error where a name is written that may be none.</summary>
    public static void RejectBad(SettingsReader settings, Setting setting, string? name)
    {
        if (name is { Length: > 0 } && !IsValid(name))
        {
            settings.Reject(setting, $"'{name}' is not a name; use small letters, digits and . _ - after a first letter or digit");
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
