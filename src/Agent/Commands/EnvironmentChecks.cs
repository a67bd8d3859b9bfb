using System.Text.RegularExpressions;
using HealthAgent.Checks;

namespace HealthAgent.Agent.Commands;

/// <summary>A check of what the environment names.</summary>
/// <param name="Name">Its name, not yet unique.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Settings">Its settings, each a line of YAML that refers to variables and holds no value of one.</param>
/// <param name="From">The variables, in words.</param>
/// <param name="Problem">Why it cannot be used as it is, if so.</param>
internal sealed record EnvironmentCheck(string Name, string Kind, IReadOnlyList<string> Settings, string From, string? Problem = null);

/// <summary>Finds checks in environment variables as applications and platforms set them.</summary>
internal static partial class EnvironmentChecks
{
    private static readonly (string Variable, string Key)[] LibpqKeys =
    [
        ("PGHOST", "host"), ("PGPORT", "port"), ("PGDATABASE", "dbname"), ("PGUSER", "user"), ("PGPASSWORD", "password"),
        ("PGSSLMODE", "sslmode"), ("PGSSLROOTCERT", "sslrootcert"),
    ];

    /// <summary>The checks, in the order of the variables' names.</summary>
    /// <param name="environment">The variables; an empty one counts as not set.</param>
    /// <param name="kinds">The kinds, for the presets among them.</param>
    public static IReadOnlyList<EnvironmentCheck> Find(IReadOnlyDictionary<string, string> environment, KindIndex kinds)
    {
        var set = new SortedDictionary<string, string>(
            environment.Where(variable => variable.Value.Length > 0).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        return [.. OfUrls(set), .. OfPostgres(set), .. OfRedis(set), .. OfDagu(set), .. OfPresets(set, kinds)];
    }

    /// <summary>One check for each URL of a database or broker, under whichever name; the same URL may have several.</summary>
    private static IEnumerable<EnvironmentCheck> OfUrls(SortedDictionary<string, string> set) => set
        .Where(variable => VariableName().IsMatch(variable.Key) && KindOf(variable.Value) is not null)
        .GroupBy(variable => variable.Value, variable => variable.Key, StringComparer.Ordinal)
        .Select(names => new EnvironmentCheck(
            CheckName(names.First()), KindOf(names.Key)!, [$"connectionString: {Reference(names.First())}"], string.Join(", ", names)));

    /// <summary>The variables whose URL names a database or broker that no kind speaks to, each with its scheme.</summary>
    public static IReadOnlyList<string> FindUnsupported(IReadOnlyDictionary<string, string> environment) =>
    [
        .. environment.OrderBy(static variable => variable.Key, StringComparer.Ordinal)
            .Select(static variable => (Name: variable.Key, Scheme: UnsupportedScheme().Match(variable.Value)))
            .Where(static it => it.Scheme.Success && VariableName().IsMatch(it.Name))
            .Select(static it => $"{it.Name} ({it.Scheme.Value})"),
    ];

    private static string? KindOf(string url) => Scheme().Match(url).Groups["scheme"].Value.ToLowerInvariant() switch
    {
        "postgres" or "postgresql" => "postgres",
        "redis" or "rediss" => "redis",
        "amqp" or "amqps" => "rabbitmq",
        _ => null,
    };

    private static IEnumerable<EnvironmentCheck> OfPostgres(SortedDictionary<string, string> set)
    {
        if (set.ContainsKey("PGHOST"))
        {
            var keys = LibpqKeys.Where(key => set.ContainsKey(key.Variable)).ToList();
            var unfit = keys.Where(key => set[key.Variable].AsSpan().ContainsAny('\'', '\\')).Select(key => key.Variable).ToList();
            yield return new EnvironmentCheck(
                "postgres", "postgres",
                [$"connectionString: \"{string.Join(' ', keys.Select(key => $"{key.Key}='${{env:{key.Variable}}}'"))}\""],
                string.Join(", ", keys.Select(key => key.Variable)),
                unfit.Count == 0
                    ? null
                    : $"a quote or backslash in {string.Join(", ", unfit)} ends the value; write a postgres:// URL instead");
        }
    }

    private static IEnumerable<EnvironmentCheck> OfRedis(SortedDictionary<string, string> set)
    {
        if (set.ContainsKey("REDIS_HOST"))
        {
            List<string> settings = [$"address: {Reference("REDIS_HOST")}:{Reference("REDIS_PORT", "6379")}"];
            settings.AddRange(Optional(set, ("username", "REDIS_USERNAME"), ("password", "REDIS_PASSWORD")));
            yield return new EnvironmentCheck("redis", "redis", settings, Variables(set, "REDIS_"));
        }
    }

    private static IEnumerable<EnvironmentCheck> OfDagu(SortedDictionary<string, string> set)
    {
        if (set.ContainsKey("DAGU_HOST") || set.ContainsKey("DAGU_PORT"))
        {
            // Where it listens, which may be everywhere.
            var host = set.GetValueOrDefault("DAGU_HOST") is "0.0.0.0" or "::" ? "127.0.0.1" : Reference("DAGU_HOST", "127.0.0.1");
            var scheme = set.ContainsKey("DAGU_CERT_FILE") ? "https" : "http";
            var path = set.ContainsKey("DAGU_BASE_PATH") ? Reference("DAGU_BASE_PATH") : "";
            List<string> settings = [$"url: {scheme}://{host}:{Reference("DAGU_PORT", "8080")}{path}"];
            settings.AddRange(set.ContainsKey("DAGU_AUTH_TOKEN")
                ? Optional(set, ("token", "DAGU_AUTH_TOKEN"))
                : Optional(set, ("username", "DAGU_AUTH_BASIC_USERNAME"), ("password", "DAGU_AUTH_BASIC_PASSWORD")));
            yield return new EnvironmentCheck("dagu", "dagu", settings, Variables(set, "DAGU_"));
        }
    }

    /// <summary>Those of programs that a preset is for, such as JENKINS_URL.</summary>
    private static IEnumerable<EnvironmentCheck> OfPresets(SortedDictionary<string, string> set, KindIndex kinds) =>
        from kind in kinds.All
        where kind.Preset is not null
        let variable = $"{kind.Name.ToUpperInvariant().Replace('-', '_')}_URL"
        where set.TryGetValue(variable, out var url) && Scheme().Match(url).Groups["scheme"].Value is "http" or "https"
        let slash = set[variable].Count(unit => unit == '/') == 2 || set[variable].EndsWith('/') ? "" : "/"
        select new EnvironmentCheck(kind.Name, kind.Name, [$"url: {Reference(variable)}{slash}"], variable);

    private static IEnumerable<string> Optional(
        SortedDictionary<string, string> set, params IEnumerable<(string Key, string Variable)> settings) =>
        settings.Where(setting => set.ContainsKey(setting.Variable)).Select(setting => $"{setting.Key}: {Reference(setting.Variable)}");

    private static string Variables(SortedDictionary<string, string> set, string prefix) =>
        string.Join(", ", set.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)));

    private static string Reference(string variable, string? byDefault = null) =>
        byDefault is null ? $"${{env:{variable}}}" : $"${{env:{variable}:-{byDefault}}}";

    private static string CheckName(string variable) =>
        UrlSuffix().Replace(variable, "").ToLowerInvariant().Replace('_', '-').Trim('-') is { Length: > 0 } name ? name : "service";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();

    [GeneratedRegex(
        "_(URL|URI|DSN|CONNECTION_STRING)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UrlSuffix();

    [GeneratedRegex(
        @"^(jdbc:[a-z]+|mysqlx?|mariadb|mongodb(\+srv)?|sqlserver|mssql|oracle|clickhouse|kafka|nats|mqtts?|memcached|ldaps?|smtps?):",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnsupportedScheme();

    [GeneratedRegex("^(?<scheme>[A-Za-z]+)://", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();
}
