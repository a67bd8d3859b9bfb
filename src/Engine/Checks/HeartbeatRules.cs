using System.Security.Cryptography;
using System.Text;

namespace HealthAgent.Checks;

/// <summary>What is expected of a job that sends heartbeats, beside one per interval and its timeout.</summary>
/// <param name="grace">How much later than the interval one may come.</param>
/// <param name="token">With which the job may send them; null where only operators may.</param>
internal sealed class HeartbeatRules(TimeSpan grace, string? token)
{
    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly byte[]? _token = string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>How much later than the interval one may come.</summary>
    public TimeSpan Grace => grace;

    /// <summary>Whether a token is the one of these rules. Takes as long without rules, or without a token in them.</summary>
    public static bool Accept(HeartbeatRules? rules, string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), rules?._token ?? Nobody);
}
