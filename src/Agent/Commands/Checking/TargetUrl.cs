using HealthAgent.Checks;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>What <c>--url</c> means: the kind that speaks its scheme, and the setting that holds it there.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Kind">The name of the kind.</param>
/// <param name="Setting">The setting that takes the URL.</param>
/// <param name="IsAddress">Whether the setting takes <c>host:port</c> alone.</param>
internal sealed record TargetUrl(string Scheme, string Kind, string Setting, bool IsAddress = false)
{
    private static readonly TargetUrl[] All =
    [
        new("http", "http", "url"),
        new("https", "http", "url"),
        new("grpc", "grpc", "url"),
        new("grpcs", "grpc", "url"),
        new("postgres", "postgres", "connectionString"),
        new("postgresql", "postgres", "connectionString"),
        new("redis", "redis", "connectionString"),
        new("rediss", "redis", "connectionString"),
        new("amqp", "rabbitmq", "connectionString"),
        new("amqps", "rabbitmq", "connectionString"),
        new("tcp", "tcp", "address", IsAddress: true),
        new("tls", "tls", "address", IsAddress: true),
    ];

    /// <summary>The schemes, for messages.</summary>
    public static string Schemes => string.Join(", ", All.Select(static one => one.Scheme + "://"));

    /// <summary>What a URL means; null where no kind speaks its scheme.</summary>
    public static TargetUrl? Of(string url) =>
        Array.Find(All, one => url.StartsWith(one.Scheme + "://", StringComparison.OrdinalIgnoreCase));

    /// <summary>The kind that a command line is about, by <c>--kind</c> or <c>--url</c>; null where it names none.</summary>
    public static CheckKind? KindOf(IReadOnlyList<string> arguments, KindIndex kinds)
    {
        var name = ValueOf(arguments, "--kind") ?? (ValueOf(arguments, "--url") is { } url ? Of(url)?.Kind : null);
        return name is null ? null : kinds.Find(name);
    }

    /// <summary>The text for the setting.</summary>
    public string ValueIn(string url) => IsAddress ? url[(Scheme.Length + "://".Length)..].TrimEnd('/') : url;

    private static string? ValueOf(IReadOnlyList<string> arguments, string option)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == option && i + 1 < arguments.Count)
            {
                return arguments[i + 1];
            }

            if (arguments[i].StartsWith(option, StringComparison.Ordinal) && arguments[i].AsSpan(option.Length) is ['=' or ':', ..])
            {
                return arguments[i][(option.Length + 1)..];
            }
        }

        return null;
    }
}
