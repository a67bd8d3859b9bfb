using System.Globalization;
using System.Text.Json;

namespace HealthAgent.Expectations;

/// <summary>
/// The singular queries of RFC 9535: <c>$</c>, <c>.name</c>, <c>['name']</c>, <c>[0]</c>, <c>[-1]</c>.
/// A condition compares one value, so wildcards, slices and filters are not supported.
/// </summary>
internal sealed class JsonPath
{
    private readonly object[] _segments;

    private JsonPath(object[] segments) => _segments = segments;

    /// <summary>The segments: a <see cref="string"/> is a member name, an <see cref="int"/> an array index.</summary>
    public IReadOnlyList<object> Segments => _segments;

    /// <summary>Parses a path; false if it is not a singular query.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JsonPath? path)
    {
        path = null;
        var segments = new List<object>();
        if (text.IsEmpty || text[0] != '$')
        {
            return false;
        }

        for (text = text[1..]; !text.IsEmpty;)
        {
            if (text[0] == '.')
            {
                var end = text[1..].IndexOfAny('.', '[');
                var name = end < 0 ? text[1..] : text[1..(end + 1)];
                if (name.IsEmpty || name.ContainsAny(" *?\"'=!<>]"))
                {
                    return false;
                }

                segments.Add(name.ToString());
                text = text[(name.Length + 1)..];
                continue;
            }

            var close = text[0] == '[' ? CloseOf(text) : -1;
            if (close < 0)
            {
                return false;
            }

            var inside = text[1..close];
            if (inside.Length >= 2 && inside[0] is '"' or '\'' && inside[^1] == inside[0])
            {
                segments.Add(inside[1..^1].ToString());
            }
            else if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            {
                segments.Add(index);
            }
            else
            {
                return false;
            }

            text = text[(close + 1)..];
        }

        path = new JsonPath([.. segments]);
        return true;
    }

    /// <summary>What the path leads to; null where it leads nowhere.</summary>
    public JsonElement? Find(JsonElement element)
    {
        foreach (var segment in _segments)
        {
            switch (segment)
            {
                case string name when element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var property):
                    element = property;
                    break;
                case int index when element.ValueKind == JsonValueKind.Array && ItemAt(element, index) is { } item:
                    element = item;
                    break;
                default:
                    return null;
            }
        }

        return element;
    }

    private static JsonElement? ItemAt(JsonElement array, int index)
    {
        var length = array.GetArrayLength();
        var position = index < 0 ? length + index : index;
        return position >= 0 && position < length ? array[position] : null;
    }

    private static int CloseOf(ReadOnlySpan<char> text)
    {
        var quote = text.Length > 1 && text[1] is '"' or '\'' ? text[1] : '\0';
        if (quote == '\0')
        {
            return text.IndexOf(']');
        }

        var end = text[2..].IndexOf([quote, ']']);
        return end < 0 ? -1 : end + 3;
    }
}
