using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using HealthAgent.Expectations;

namespace HealthAgent.Registered;

/// <summary>
/// Makes what a check of somebody else's puts among its data fit to be kept, shown and measured: few values, short ones, and
/// none that is still alive and may change or throw later.
/// </summary>
internal sealed class RegisteredData
{
    // Metrics have room for so many numbers of a check.
    public const int MostNumbers = 16;
    private const int MostValues = 64;
    private const int LongestName = 100;
    private const int LongestText = 1000;

    // Once a number, always a number: names that change from run to run must not become ever more series.
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);

    /// <summary>The values that can be shown, the first ones in the order of their names.</summary>
    public Dictionary<string, object> Fit(IReadOnlyDictionary<string, object>? data)
    {
        var fit = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (written, value) in (data ?? new Dictionary<string, object>(StringComparer.Ordinal))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // Names reach labels of metrics and lists of answers, where no one looks for control characters.
            var name = Cut(PlainText.Line(written), LongestName);
            if (fit.Count < MostValues && !fit.ContainsKey(name) && Fit(name, value) is { } plain)
            {
                fit.Add(name, plain);
            }
        }

        return fit;
    }

    /// <summary>A text that is not longer than anybody reads.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Cut(string? text, int longest = LongestText) => text?.Length > longest ? text[..longest] : text;

    private object? Fit(string name, object? value)
    {
        try
        {
            return value switch
            {
                // Copied, since its document may be gone when it is looked at.
                JsonElement json => Fit(name, json.ValueKind switch
                {
                    JsonValueKind.Number => json.GetDouble(),
                    JsonValueKind.String => json.GetString(),
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => null,
                }),
                bool => value,
                // As text: a time among a kind's own values is the end of a certificate.
                DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
                string text => Cut(text),
                // Structures do not fit into a line.
                null or IEnumerable => null,
                _ when ValueText.Number(value) is { } number && double.IsFinite(number) && IsSeries(name) => value,
                _ => Cut(ValueText.Plain(value)),
            };
        }
#pragma warning disable CA1031 // Reading a value runs somebody else's code; that it fails says nothing about what the check found.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return $"cannot be shown: {e.GetType().Name}";
        }
    }

    private bool IsSeries(string name) => _numbers.Contains(name) || (_numbers.Count < MostNumbers && _numbers.Add(name));
}
