using System.Globalization;

namespace HealthAgent.Settings;

/// <summary>The types of settings: each reads a text, and notes an error where it is none of that type.</summary>
internal static class SettingValues
{
    private delegate bool TryParse(ReadOnlySpan<char> text, out double number);

    /// <summary>A duration such as <c>1m30s</c>, within bounds.</summary>
    public static TimeSpan? Duration(this SettingsReader settings, string key, TimeSpan least = default, TimeSpan? most = null)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (!Units.TryParseDuration(text, out var duration))
        {
            settings.Reject(key, $"'{text}' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s");
            return null;
        }

        if (duration < least)
        {
            settings.Reject(key, $"{text} is too short; must be at least {Units.Format(least)}");
            return null;
        }

        if (duration > most)
        {
            settings.Reject(key, $"{text} is too long; must be at most {Units.Format(most.Value)}");
            return null;
        }

        return duration;
    }

    /// <summary>A size such as <c>10MiB</c>, in bytes, within bounds.</summary>
    public static long? Size(this SettingsReader settings, string key, long least = 0, long most = long.MaxValue)
    {
        if (Parsed(settings, key, Units.TryParseSize, "a size; write a number with B, KiB, MiB or GiB, such as 10MiB") is not { } size)
        {
            return null;
        }

        if (size < least || size > most)
        {
            settings.Reject(key, least > 0
                ? $"must be from {Units.FormatSize(least)} to {Units.FormatSize(most)}"
                : $"must be at most {Units.FormatSize(most)}");
            return null;
        }

        return (long)size;
    }

    /// <summary>A share such as <c>99.9%</c>, as 0.999: more than nothing and less than all.</summary>
    public static double? Share(this SettingsReader settings, string key) =>
        Parsed(settings, key, Units.TryParseShare, "a share above 0% and below 100%; write one such as 99.9%");

    /// <summary>A whole number within bounds.</summary>
    public static int? Integer(this SettingsReader settings, string key, int least, int most = int.MaxValue)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < least || number > most)
        {
            var bounds = most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
            settings.Reject(key, $"'{text}' is not a whole number {bounds}");
            return null;
        }

        return number;
    }

    /// <summary><c>true</c> or <c>false</c>, in the spellings of YAML's core schema.</summary>
    public static bool? Boolean(this SettingsReader settings, string key)
    {
        switch (settings.Text(key))
        {
            case null:
                return null;
            case "true" or "True" or "TRUE":
                return true;
            case "false" or "False" or "FALSE":
                return false;
            case var text:
                settings.Reject(key, $"'{text}' is neither true nor false");
                return null;
        }
    }

    private static double? Parsed(SettingsReader settings, string key, TryParse parse, string remedy)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (parse(text, out var number))
        {
            return number;
        }

        settings.Reject(key, $"'{text}' is not {remedy}");
        return null;
    }

    /// <summary>One of the words given, found by its spelling.</summary>
    public static T? OneOf<T>(this SettingsReader settings, string key, IReadOnlyDictionary<string, T> words) where T : struct
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        settings.Reject(key, $"'{text}' is not valid{Suggestion.For(text, words.Keys)}");
        return null;
    }
}
