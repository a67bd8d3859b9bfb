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
        if (PlanOf(data) is not { } plan)
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

    /// <summary>The check that a span belongs to: of a step of a scenario, with what was captured until now among its secrets.</summary>
    private static CheckPlan? PlanOf(Activity span)
    {
        for (var at = span; at is not null; at = at.Parent)
        {
            if (at.GetCustomProperty(nameof(CheckPlan)) is CheckPlan plan)
            {
                return plan;
            }
        }

        return null;
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
