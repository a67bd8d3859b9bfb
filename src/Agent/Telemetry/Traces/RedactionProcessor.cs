using System.Diagnostics;
using System.Runtime.CompilerServices;
using HealthAgent.Planning;
using OpenTelemetry;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>
/// Redacts a check's secrets in the spans of drivers below its runs: they repeat what they were given, such as a URL with a
/// token in its path, and what a peer answered. What the agent writes itself has none.
/// </summary>
internal sealed class RedactionProcessor : BaseProcessor<Activity>
{
    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (Run(data).GetCustomProperty(nameof(CheckPlan)) is not CheckPlan plan)
        {
            return;
        }

        string Shown(string text) => plan.Redactor.Redact(PlainText.Lines(text));
        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (value is string text && Shown(text) is var shown && shown != text)
            {
                data.SetTag(name, shown);
            }
        }

        foreach (ref readonly var happening in data.EnumerateEvents())
        {
            foreach (ref readonly var tag in happening.EnumerateTagObjects())
            {
                if (tag.Value is string text && Shown(text) is var shown && shown != text)
                {
                    // Exceptions of drivers. An event can be neither replaced nor removed, so its attribute is overwritten in place.
                    Unsafe.AsRef(in tag) = new(tag.Key, shown);
                }
            }
        }

        data.DisplayName = Shown(data.DisplayName);
        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, Shown(description));
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
