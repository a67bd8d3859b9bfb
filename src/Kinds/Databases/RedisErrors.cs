namespace HealthAgent.Kinds.Databases;

/// <summary>An error reply. Its first word is the error code.</summary>
internal sealed class RedisErrorException(string message) : Exception(message);

/// <summary>Maps the error replies of Redis to <see cref="ErrorType"/>.</summary>
internal static class RedisErrors
{
    /// <summary>The code of an error reply.</summary>
    public static string Code(string text) => text.Split(' ', 2)[0];

    /// <summary>Classifies an error reply.</summary>
    public static ErrorType Classify(string text) => Code(text) switch
    {
        "NOAUTH" or "WRONGPASS" => ErrorType.Authentication,
        "NOPERM" => ErrorType.Authorization,
        "LOADING" or "MASTERDOWN" or "CLUSTERDOWN" => ErrorType.ConnectionFailed,

        // A server that takes writes was not reached: it is a replica, lacks its own replicas, or does not hold the key's slot.
        "READONLY" or "NOREPLICAS" or "MOVED" or "ASK" => ErrorType.ConnectionFailed,
        "OOM" or "MISCONF" => ErrorType.ResourceExhausted,
        _ when text.Contains("DB index is out of range", StringComparison.Ordinal) => ErrorType.NotFound,
        _ when text.Contains("max number of clients", StringComparison.Ordinal) => ErrorType.ResourceExhausted,
        _ when text.Contains("AUTH", StringComparison.Ordinal)
            || text.Contains("invalid password", StringComparison.Ordinal) => ErrorType.Authentication,
        _ => ErrorType.Protocol,
    };
}
