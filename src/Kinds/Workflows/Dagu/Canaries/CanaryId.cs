using System.Globalization;
using System.Security.Cryptography;

namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>The ids of the runs that the agent starts, by which it knows them again.</summary>
internal static class CanaryId
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "health-agent-";

    /// <summary>Whether an id is one.</summary>
    public static bool IsOne(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A new one.</summary>
    /// <param name="way">How the run is started.</param>
    /// <param name="now">The time.</param>
    public static string New(CanaryWay way, DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"{PrefixOf(way)}{now.UtcDateTime:yyyyMMdd'T'HHmmss}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>What the ids of one way begin with.</summary>
    public static string PrefixOf(CanaryWay way) => $"{Prefix}{way.Name()}-";
}
