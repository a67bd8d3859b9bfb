using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HealthAgent.Instruments;

/// <summary>
/// Joins the attributes of a check with those of one series, sorted by name as both are: OpenTelemetry finds a set that it
/// knows at once then, and keeps no second copy of it.
/// </summary>
internal static class AttributeSets
{
    /// <summary>One attribute.</summary>
    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>The attributes and some more; both sorted.</summary>
    public static TagList With(
        ReadOnlySpan<KeyValuePair<string, object?>> attributes, params ReadOnlySpan<KeyValuePair<string, object?>> more)
    {
        var tags = new TagList();
        var taken = 0;
        foreach (var attribute in attributes)
        {
            while (taken < more.Length && string.CompareOrdinal(more[taken].Key, attribute.Key) < 0)
            {
                tags.Add(more[taken++]);
            }

            tags.Add(attribute);
        }

        while (taken < more.Length)
        {
            tags.Add(more[taken++]);
        }

        return tags;
    }

    /// <summary>A measurement of a check, with attributes of the series beside the check's.</summary>
    public static Measurement<T> Measure<T>(
        T value, ReadOnlySpan<KeyValuePair<string, object?>> attributes, params ReadOnlySpan<KeyValuePair<string, object?>> more)
        where T : struct
    {
        if (more.IsEmpty)
        {
            return new(value, attributes);
        }

        var tags = With(attributes, more);
        return new(value, in tags);
    }
}
