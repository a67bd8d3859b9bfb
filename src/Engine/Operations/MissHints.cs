using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Operations;

/// <summary>What helps where a condition looks at something that is not there.</summary>
internal static class MissHints
{
    private const string Json = "json ";

    /// <summary>The hint for the first such condition.</summary>
    public static IEnumerable<string> For(FailedRun run) => run.Conditions
        // What has to exist, and does not, is seen as nothing.
        .Where(static it => it is { Applies: true, Verdict: Verdict.NotObserved or Verdict.NotComparable }
            or { Applies: true, Verdict: Verdict.Fails, Seen: null })
        .Select(condition => condition switch
        {
            { Verdict: Verdict.NotComparable } =>
                $"'{condition.Text}' compares a number with what is none here: see what it saw",
            { Text: var text } when text.StartsWith(Json, StringComparison.Ordinal) =>
                $"what '{text}' looks at is not in the response{Nearest(text, run.Request?.Body?.Text)}: misspelt here, renamed there, or "
                + "another version answers; see the body",
            { Text: var text } when text.StartsWith("header ", StringComparison.Ordinal) =>
                $"the response has no header that '{text}' looks at: see its headers",
            _ => $"nothing was observed that '{condition.Text}' could look at: see what was observed",
        }).Take(1);

    /// <summary>Which member of the response is misspelt, or missing where.</summary>
    private static string Nearest(string condition, string? body)
    {
        if (body is null || PathOf(condition) is not { } path)
        {
            return "";
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var (element, reached) = (json.RootElement, "$");
            foreach (var segment in path.Segments)
            {
                if (segment is string name && element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member))
                {
                    (element, reached) = (member, $"{reached}.{name}");
                    continue;
                }

                return segment is not string missing ? ""
                    : element.ValueKind == JsonValueKind.Object
                        ? $", whose {reached} has no '{missing}'{Suggestion.For(missing, NamesIn(element, body))}"
                        : $", whose {reached} is {(element.ValueKind == JsonValueKind.Array ? "an array" : "a plain value")}";
            }
        }
        catch (JsonException)
        {
            // Only its beginning is known, or a secret was masked in it.
        }

        return "";
    }

    /// <summary>The names as they stand in the text, which may be shown: what is written with escapes was not looked through.</summary>
    private static IEnumerable<string> NamesIn(JsonElement element, string body) =>
        element.EnumerateObject().Select(static member => member.Name)
        .Where(name => body.Contains($"\"{name}\"", StringComparison.Ordinal));

    private static JsonPath? PathOf(string condition)
    {
        var words = condition[Json.Length..].Split(' ');
        return Enumerable.Range(1, words.Length).Select(count => string.Join(' ', words.Take(count)))
            .Select(static text => JsonPath.TryParse(text, out var path) ? path : null).FirstOrDefault(static path => path is not null);
    }
}
