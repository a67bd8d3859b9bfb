using System.Globalization;
using System.Security.Cryptography;
using HealthAgent.Checks;
using HealthAgent.Settings;

namespace HealthAgent.Kinds;

/// <summary>What the round trips of all kinds have in common.</summary>
internal static class RoundTrips
{
    /// <summary>The setting's name.</summary>
    public const string Name = "roundTrip";

    /// <summary>When a check is functional, for the documentation.</summary>
    public const string TierNote = $"`functional` with `{Name}`";

    /// <summary>The setting of a kind whose round trip has settings of its own: <c>true</c> stands for their defaults.</summary>
    /// <param name="description">What is done.</param>
    /// <param name="declared">Its settings.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="byDefault">What <c>true</c> means.</param>
    public static Setting<T?> Setting<T>(string description, IReadOnlyList<Setting> declared, Func<SettingsReader, T> read, T byDefault)
        where T : class =>
        HealthAgent.Settings.Setting.SectionOr<T?>(
            Name, SettingShape.Boolean, description, declared, read,
            (settings, key) => settings.Boolean(key) is true ? byDefault : null, byDefault: "false");

    /// <summary>A text that nobody else has written.</summary>
    public static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>How long a run may leave something behind: by then it has ended, whatever became of it. In whole seconds.</summary>
    public static string SecondsToLive(TimeSpan deadline) =>
        Math.Max(1, Math.Ceiling(2 * deadline.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>What was read back is not what was written.</summary>
    public static CheckFailedException Missed(string message, IReadOnlyDictionary<string, object> observed) =>
        new(ErrorType.Expectation, message, observed);
}
