using System.Diagnostics;
using HealthAgent.Checks;
using OpenTelemetry;

namespace HealthAgent.Telemetry;

/// <summary>
/// Takes a check's secrets out of the spans of drivers below its runs: they tell what they were given, such as a URL with a
/// token in its path. What the agent writes itself has none.
/// </summary>
internal sealed class RedactedSpans : BaseProcessor<Activity>
{
    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (Run(data).GetCustomProperty(nameof(CheckPlan)) is not CheckPlan { Redactor: { IsEmpty: false } redactor })
        {
            return;
        }

        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (value is string text && redactor.Redact(text) is var redacted && redacted != text)
            {
                data.SetTag(name, redacted);
            }
        }

        data.DisplayName = redactor.Redact(data.DisplayName);
        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, redactor.Redact(description));
        }
    }

    /// <summary>The run below which a span is; a run's own is its own.</summary>
    internal static Activity Run(Activity span)
    {
        while (span.Parent is { } parent)
        {
            span = parent;
        }

        return span;
    }
}
