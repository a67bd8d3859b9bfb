using System.Diagnostics;
using System.Runtime.CompilerServices;
using HealthAgent.Planning;
using OpenTelemetry;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>
/// Redacts a check's secrets in driver spans below its runs, which repeat input such as a URL with a token, and responses of the peer. The
/// agent's own attributes contain none. The spans of a scenario wait for its end: what a later step captures is a secret in them, too.
/// </summary>
internal sealed class RedactionProcessor(BaseProcessor<Activity> next) : CompositeProcessor<Activity>([next])
{
    private static readonly HeldSpans Held = new("HealthAgent.Redaction");

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        var run = HeldSpans.Run(data);
        if (Plan(run) is not { Steps.Count: > 0 } scenario)
        {
            Send(data, PlanOf(data));
        }
        else if (run == data)
        {
            foreach (var span in Held.Release(run))
            {
                Send(span, scenario);
            }

            Send(data, scenario);
        }
        else
        {
            // One that ends later, of a step that was left behind, is dropped: nobody captured what it may hold.
            Held.TryHold(run, data);
        }
    }

    private void Send(Activity span, CheckPlan? plan)
    {
        if (plan is not null)
        {
            Redact(span, plan);
        }

        base.OnEnd(span);
    }

    private static void Redact(Activity data, CheckPlan plan)
    {
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

    /// <summary>The check that a span belongs to.</summary>
    private static CheckPlan? PlanOf(Activity span)
    {
        for (var at = span; at is not null; at = at.Parent)
        {
            if (Plan(at) is { } plan)
            {
                return plan;
            }
        }

        return null;
    }

    private static CheckPlan? Plan(Activity span) => span.GetCustomProperty(nameof(CheckPlan)) as CheckPlan;
}
