using System.Text.RegularExpressions;

namespace HealthAgent.Settings;

/// <summary>What labels may be: they become attributes of metrics, spans and events.</summary>
internal static partial class Labels
{
    /// <summary>Notes names that metrics cannot have, or have twice.</summary>
    public static void RejectBadNames(SettingsReader settings, IEnumerable<string> labels)
    {
        // Prometheus has no dots: names that differ in them alone would be one label there, with two values.
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            var name = label.Replace('.', '_');
            if (!LabelName().IsMatch(label))
            {
                settings.Reject("labels", $"'{label}' is not a label name; use letters, digits and _ . after a first letter");
            }
            else if (OwnLabel().IsMatch(name))
            {
                settings.Reject("labels", $"'{label}' is the agent's own; choose another name");
            }
            else if (!taken.TryAdd(name, label))
            {
                settings.Reject(
                    "labels",
                    $"'{label}' and '{taken[name]}' are the same label to Prometheus, which writes '{name}'; choose another name for one");
            }
        }
    }

    /// <summary>Notes values that cannot be shown as they are.</summary>
    public static void RejectBadValues(SettingsReader settings, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (label, _) in labels.Where(label => !PlainText.IsLine(label.Value)))
        {
            settings.Reject("labels", $"the value of '{label}' holds a line break or a control character; labels are shown in one line");
        }
    }

    [GeneratedRegex(
        "^(health_check_|health_agent_|error_type$|le$|quantile$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnLabel();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_.]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelName();
}
