using System.Globalization;
using HealthAgent.Agent.Telemetry.Traces;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// Validates the standard <c>OTEL_*</c> variables. The libraries silently fall back to defaults for invalid values, and telemetry would go
/// elsewhere, in another form, or be lost.
/// </summary>
/// <remarks>Rule: OpenTelemetry's Environment Variable Specification and OTLP Exporter Configuration. An empty variable is unset.</remarks>
internal static class OtlpVariables
{
    public const string HttpProtobuf = "http/protobuf", Otlp = "otlp", Gzip = "gzip";
    public const string Retry = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY";

    private const string Grpc = "grpc", RetryPath = "OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH";

    // Defaults of the libraries.
    private const int DefaultQueue = 2048, DefaultBatch = 512;

    private static readonly string[] Signals = ["METRICS", "TRACES", "LOGS"];
    private static readonly string[] Prefixes = ["", .. Signals.Select(signal => signal + "_")];

    /// <summary>The variables, each with a validator that returns the error or null.</summary>
    private static readonly (string Variable, Func<string, string?> Mistake)[] Known =
    [
        .. ForAll("ENDPOINT", Endpoint),
        .. ForAll("PROTOCOL",
            static value => value is Grpc or HttpProtobuf ? null : $"'{value}' is not supported; write {Grpc} or {HttpProtobuf}"),
        .. ForAll("HEADERS", static value => Pairs(value, "header", IsToken)),
        .. ForAll("TIMEOUT", static value => Number(value, least: 1, "of milliseconds, such as 10000")),
        .. ForAll("COMPRESSION", static value => OneOf(value, "none", Gzip)),
        .. Signals.Select(signal => ($"OTEL_{signal}_EXPORTER", (Func<string, string?>)(value => Exporters(value, signal)))),
        .. new[] { "BSP", "BLRP" }.SelectMany(Batches),
        ("OTEL_METRIC_EXPORT_INTERVAL", static value => Number(value, least: 1, "of milliseconds, such as 60000")),
        ("OTEL_METRIC_EXPORT_TIMEOUT", static value => Number(value, least: 1, "of milliseconds, such as 30000")),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", static value => OneOf(value.ToLowerInvariant(), "cumulative", "delta")),
        ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            static value => OneOf(value.ToLowerInvariant(), "explicit_bucket_histogram", "base2_exponential_bucket_histogram")),
        ("OTEL_RESOURCE_ATTRIBUTES", static value => Pairs(value, "attribute", static name => name.Length > 0)),
        ("OTEL_SDK_DISABLED", static value => OneOf(value.ToLowerInvariant(), "true", "false")),
        (Retry, static value =>
            value is "disk" or "in_memory" ? null : $"'{value}' is not supported; write disk, or unset it to buffer in memory"),
    ];

    /// <summary>All errors with remedies. Possible secrets are not shown.</summary>
    public static IEnumerable<(string Variable, string Message)> FindMistakes(Func<string, string?> environment)
    {
        foreach (var (variable, mistake) in Known)
        {
            if (environment(variable) is { } value && !string.IsNullOrWhiteSpace(value) && mistake(value) is { } message)
            {
                yield return (variable, message);
            }
        }

        if (environment(Retry) is "disk" && environment(RetryPath) is not { Length: > 0 })
        {
            yield return (RetryPath, "is not set; set it to a writable folder");
        }

        foreach (var queue in new[] { "BSP", "BLRP" })
        {
            int Of(string name, int unset) =>
                int.TryParse(environment($"OTEL_{queue}_{name}"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                    ? size
                    : unset;
            var (batch, room) = (Of("MAX_EXPORT_BATCH_SIZE", DefaultBatch), Of("MAX_QUEUE_SIZE", DefaultQueue));
            if (batch > room && room > 0)
            {
                yield return ($"OTEL_{queue}_MAX_QUEUE_SIZE",
                    $"must be at least the batch size {batch}; raise it, or lower OTEL_{queue}_MAX_EXPORT_BATCH_SIZE");
            }
        }

        foreach (var mistake in Prefixes.SelectMany(signal => OtlpConnections.FindMistakes($"OTEL_EXPORTER_OTLP_{signal}", environment))
            .Concat(TraceSampling.FindMistakes(environment)))
        {
            yield return mistake;
        }
    }

    /// <summary>The items of a comma-separated list.</summary>
    public static string[] List(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string, Func<string, string?>)> ForAll(string name, Func<string, string?> mistake) =>
        Prefixes.Select(signal => ($"OTEL_EXPORTER_OTLP_{signal}{name}", mistake));

    private static IEnumerable<(string, Func<string, string?>)> Batches(string queue) =>
    [
        ($"OTEL_{queue}_SCHEDULE_DELAY", static value => Number(value, least: 1, "of milliseconds, such as 1000")),
        ($"OTEL_{queue}_EXPORT_TIMEOUT", static value => Number(value, least: 1, "of milliseconds, such as 30000")),
        ($"OTEL_{queue}_MAX_QUEUE_SIZE", static value => Number(value, least: 1, "of records, such as 2048")),
        ($"OTEL_{queue}_MAX_EXPORT_BATCH_SIZE", static value => Number(value, least: 1, "of records, such as 512")),
    ];

    private static string? Endpoint(string value)
    {
        const string Remedy = "write http://HOST:4317 for gRPC, or http://HOST:4318 with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
        if (value.Contains('@', StringComparison.Ordinal))
        {
            return "credentials in the URL are ignored; set OTEL_EXPORTER_OTLP_HEADERS, such as Authorization=Basic%20…";
        }

        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : $"'{value}' is not a URL; {Remedy}";
    }

    private static string? Exporters(string value, string signal)
    {
        // Prometheus metrics are always exposed.
        string[] known = signal == "METRICS" ? [Otlp, "prometheus", "none"] : [Otlp, "none"];
        return List(value).FirstOrDefault(exporter => !known.Contains(exporter, StringComparer.Ordinal)) is { } unknown
            ? OneOf(unknown, known)
            : null;
    }

    private static string? OneOf(string value, params string[] known) =>
        known.Contains(value, StringComparer.Ordinal) ? null : $"'{value}' is not supported; write {string.Join(" or ", known)}";

    private static string? Number(string value, int least, string what) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? null
            : $"'{value}' is not valid; write a whole number {what}";

    /// <summary>Validates percent-encoded <c>NAME=VALUE,NAME=VALUE</c>. Values, and text without a name, may be secret.</summary>
    private static string? Pairs(string value, string what, Func<string, bool> isName)
    {
        foreach (var (index, pair) in Uri.UnescapeDataString(value).Split(',').Index())
        {
            if (pair.Split('=', 2) is not [var name, var text] || !isName(name.Trim()) || text.Any(char.IsControl))
            {
                return $"{what} {index + 1} is not NAME=VALUE; write NAME=VALUE,NAME=VALUE";
            }
        }

        return null;
    }

    /// <summary>Rule: RFC 9110, 5.6.2.</summary>
    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
