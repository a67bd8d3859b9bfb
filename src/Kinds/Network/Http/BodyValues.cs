using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>Puts captured values into the body of a request, escaped by what the body is: JSON, a form or plain text.</summary>
/// <remarks>Rules: RFC 8259, 7 (strings); application/x-www-form-urlencoded as in the URL standard.</remarks>
internal static class BodyValues
{
    private const string Remedy =
        "into a body, captured values are put as JSON, application/x-www-form-urlencoded or text/plain; write one of them as Content-Type";

    /// <summary>The form of a body whose header <c>Content-Type</c> is among the headers of a setting.</summary>
    public static CapturedForm Form(string headers) => (parts, settings, _, out error) =>
    {
        var written = settings.Map(headers)
            .FirstOrDefault(static header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        var type = written is null ? "" : ContentType.Parse(written).MediaType.ToLowerInvariant();
        error = null;
        if (type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal)
            || (type.Length == 0 && parts[0].Value is null && LooksLikeJson(parts[0].Text)))
        {
            return Json(parts, out error);
        }

        switch (type)
        {
            case "application/x-www-form-urlencoded":
                return Fields(parts, out error);
            case "text/plain" or "":
                return CapturedForms.Join(parts, static value => value.Text);
            default:
                error = Remedy;
                return null;
        }
    };

    /// <summary>Whether a body is an object or array of JSON.</summary>
    public static bool IsJson(string body) => LooksLikeJson(body) && Parses(body);

    private static bool LooksLikeJson(string text) => text.TrimStart() is ['{' or '[', ..];

    private static string? Json(IReadOnlyList<CapturedPart> parts, out string? error)
    {
        var (json, inString) = ("", false);
        for (var i = 0; i < parts.Count; i++)
        {
            var (text, value) = parts[i];
            if (value is not { } captured)
            {
                inString = EndsInString(text, inString);
                json += text;
            }
            else if (inString && IsOfName(parts.Skip(i + 1)))
            {
                error = $"'{text}' stands in the name of a member, where a target would choose which one it is; write it as a value";
                return null;
            }
            else if (inString)
            {
                json += Escaped(captured);
            }
            else if (IsAlone(parts, i))
            {
                json += captured.IsScalar ? captured.Text : $"\"{Escaped(captured)}\"";
            }
            else
            {
                error = $"'{text}' is a JSON value by itself, or a part of a text in quotes";
                return null;
            }
        }

        error = Parses(json)
            ? null
            : "with captured values in it, this is not JSON; write each in quotes or as a value, or another Content-Type";
        return error is null ? json : null;
    }

    private static string? Fields(IReadOnlyList<CapturedPart> parts, out string? error)
    {
        var form = "";
        foreach (var (text, value) in parts)
        {
            if (value is not null && UrlValues.IsInName(form))
            {
                error = UrlValues.NameProblem(text, "field");
                return null;
            }

            form += value is { } captured ? Uri.EscapeDataString(captured.Text) : text;
        }

        error = null;
        return form;
    }

    /// <summary>Whether a string of JSON that goes on with these is the name of a member: a colon follows it.</summary>
    private static bool IsOfName(IEnumerable<CapturedPart> rest)
    {
        var text = string.Concat(rest.Select(static part => part.Value is null ? part.Text : ""));
        var at = 0;
        for (; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
        }

        return at < text.Length && text.AsSpan(at + 1).TrimStart() is [':', ..];
    }

    private static string Escaped(CapturedValue value) => JavaScriptEncoder.Default.Encode(value.Text);

    /// <summary>Whether a part is between two marks of JSON's structure, so that it is a value and not a piece of one.</summary>
    private static bool IsAlone(IReadOnlyList<CapturedPart> parts, int i) =>
        (i == 0 || (parts[i - 1] is { Value: null, Text: var before }
            && (before.TrimEnd() is [.., '[' or ',' or ':'] || (i == 1 && string.IsNullOrWhiteSpace(before)))))
        && (i == parts.Count - 1 || (parts[i + 1] is { Value: null, Text: var after }
            && (after.TrimStart() is ['}' or ']' or ',', ..] || (i == parts.Count - 2 && string.IsNullOrWhiteSpace(after)))));

    private static bool EndsInString(string text, bool inString)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (inString && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                inString = !inString;
            }
        }

        return inString;
    }

    private static bool Parses(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
