using HealthAgent.Expectations;
using HealthAgent.Settings;

namespace HealthAgent.Checks;

public sealed partial record CheckKind
{
    /// <summary>A kind of check of one's own, for <c>AddKinds</c>.</summary>
    /// <param name="name">The name in <c>kind:</c>, such as <c>queue-age</c>; unique.</param>
    /// <param name="description">One sentence on what a pass proves.</param>
    /// <param name="defaultTier">The tier of checks that name none.</param>
    /// <param name="values">
    /// What a run observes, by the names under which it stands in the data of its result. Conditions (<c>expect</c>, <c>warn</c>) may speak of these and of
    /// <c>latency</c>; numbers and durations become metrics.
    /// </param>
    /// <param name="read">
    /// Reads the settings of a check of this kind, and returns what makes the check. It is called when the configuration is read, must not throw, and
    /// connects to nothing. What is wrong with a setting is noted by <paramref name="read"/>'s argument with line and column.
    /// </param>
    /// <param name="classify">
    /// Tells the meaning of the driver's own exceptions; null, also as its result, for those that follow the common rules (sockets, TLS, HTTP, timeouts).
    /// </param>
    /// <returns>The kind.</returns>
    public static CheckKind Create(
        string name,
        string description,
        Tier defaultTier,
        IEnumerable<ObservedValue> values,
        Func<KindSettings, CheckFactory> read,
        Func<Exception, ErrorType?>? classify = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(read);
        return new()
        {
            Name = name,
            Description = description,
            DefaultTier = defaultTier,
            Values = [.. values],
            Read = (settings, _) => read(new KindSettings(settings)),
            Classify = classify ?? (static _ => null),
        };
    }
}

/// <summary>The settings that are written for one check of a kind of one's own. A key that is not read is unknown, and an error.</summary>
public sealed class KindSettings
{
    private readonly SettingsReader _settings;

    internal KindSettings(SettingsReader settings) => _settings = settings;

    /// <summary>A text, with <c>${env:…}</c> and <c>${file:…}</c> replaced.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <returns>The text; null when it is not written.</returns>
    public string? Text(string key) => _settings.Text(key);

    /// <summary>A text that must be written.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <returns>The text; empty when it is not written, which is an error in the configuration.</returns>
    public string RequiredText(string key) => _settings.RequiredText(key);

    /// <summary>A secret: whatever the agent shows has it redacted.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <returns>The secret; null when it is not written.</returns>
    public string? Secret(string key) => _settings.Secret(key);

    /// <summary>A whole number.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <param name="least">The least that may be written.</param>
    /// <param name="most">The most that may be written.</param>
    /// <returns>The number; null when it is not written.</returns>
    public int? Number(string key, int least, int most = int.MaxValue) => _settings.Integer(key, least, most);

    /// <summary>A duration, such as <c>1m30s</c>.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <returns>The duration; null when it is not written.</returns>
    public TimeSpan? Duration(string key) => _settings.Duration(key);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="key">The key, in camelCase.</param>
    /// <returns>Which; null when it is not written.</returns>
    public bool? Boolean(string key) => _settings.Boolean(key);

    /// <summary>Notes that a setting is wrong: the configuration is rejected with this among its errors.</summary>
    /// <param name="key">The key.</param>
    /// <param name="message">What is wrong, and what to write instead.</param>
    public void Reject(string key, string message) => _settings.Reject(key, message);
}
