using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>What the prober <c>http</c> of blackbox_exporter expects of an answer, as conditions.</summary>
internal static class BlackboxConditions
{
    /// <summary>Writes them.</summary>
    public static void Add(ForeignMap http, Draft check)
    {
        var codes = http.Scalars("valid_status_codes");
        if (codes.Count > 0)
        {
            check.Append("expect", codes[0].Where, codes.Count == 1
                ? $"status == {codes[0].Value}" : $"status in {ConditionText.List(codes.Select(code => code.Value))}");
        }

        AddVersions(http, check);
        Append("fail_if_ssl", "certificate.expiresIn not exists");
        Append("fail_if_not_ssl", "certificate.expiresIn exists");
        foreach (var expression in http.Scalars("fail_if_body_matches_regexp"))
        {
            check.Append("expect", expression.Where, Draft.Literally($"body not matches {ConditionText.Expression(expression.Value)}"));
        }

        foreach (var expression in http.Scalars("fail_if_body_not_matches_regexp"))
        {
            check.Append("expect", expression.Where, Draft.Literally($"body matches {ConditionText.Expression(expression.Value)}"));
        }

        AddHeaderConditions(http, "fail_if_header_matches", "not matches", check);
        AddHeaderConditions(http, "fail_if_header_not_matches", "matches", check);
        AddCompression(http, check);

        void Append(string key, string condition)
        {
            if (http.Flag(key))
            {
                check.Append("expect", http.PlaceOf(key), condition);
            }
        }
    }

    private static void AddVersions(ForeignMap http, Draft check)
    {
        var versions = http.Scalars("valid_http_versions");
        var numbers = versions.Select(static version => version.Value.Replace("HTTP/", "", StringComparison.OrdinalIgnoreCase)).ToList();
        if (numbers.Contains("1.1", StringComparer.Ordinal))
        {
            check.Append("expect", versions[0].Where, $"httpVersion in {ConditionText.List(numbers)}");
        }
        else if (numbers.Count > 0)
        {
            http.Refuse("valid_http_versions", "the agent speaks HTTP/1.1 only; not taken over");
        }
    }

    private static void AddHeaderConditions(ForeignMap http, string key, string verb, Draft check)
    {
        foreach (var match in http.Maps(key, "header"))
        {
            var (header, expression) = (match.Text("header") ?? "", match.Text("regexp") ?? "");
            var condition = Draft.Literally($"header {header} {verb} {ConditionText.Expression(expression)}");
            if (!match.Flag("allow_missing"))
            {
                check.Append("expect", match.Where, condition);
            }
            else if (verb == "not matches" && expression is ".*" or "" or ".+" or "^.*$")
            {
                check.Append("expect", match.Where, $"header {header} not exists");
            }
            else
            {
                // A warning about what was not observed is not hit.
                check.Append("warn", match.Where, Draft.Literally(
                    $"header {header} {(verb == "matches" ? "not matches" : "matches")} {ConditionText.Expression(expression)}"));
                match.Refuse("allow_missing", "an expectation fails where the header is missing; written as a warning instead");
            }

            match.RefuseRest();
        }
    }

    private static void AddCompression(ForeignMap http, Draft check)
    {
        if (http.Scalar("compression") is not { Value.Length: > 0 } compression)
        {
            return;
        }

        var isWritten = check.Map.Entries.TryGetValue("headers", out var headers)
            && ((YamlMap)headers.Value).Entries.Keys.Contains("Accept-Encoding", StringComparer.OrdinalIgnoreCase);
        if (!isWritten)
        {
            check.Put("headers", "Accept-Encoding", Draft.Text(compression.Where, compression.Value));
        }

        check.Append("expect", compression.Where, compression.Value == "identity"
            ? "header Content-Encoding not exists" : $"header Content-Encoding == {ConditionText.Literal(compression.Value)}");
    }
}
