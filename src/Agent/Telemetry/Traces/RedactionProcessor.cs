using System.Diagnostics;
using System.Runtime.CompilerServices;
using HealthAgent.Planning;
using OpenTelemetry;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>
/// Redacts a check's secrets in driver spans below its runs, which repeat input such as a URL with a token, and responses of the peer. The
/// agent's own attributes contain none.
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
                    // Driver exceptions. Events cannot be replaced or removed, so the attribute is overwritten in place.
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

    /// <summary>The root span of a run.</summary>
    internal static Activity Run(Activity span)
    {
        while (span.Parent is { } parent)
        {
            span = parent;
        }

        return span;
    }
}
