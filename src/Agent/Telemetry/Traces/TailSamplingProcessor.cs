using System.Diagnostics;
using OpenTelemetry;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>Buffers the spans of a run until it completes, when the sampling decision is known, and then forwards or drops all.</summary>
internal sealed class TailSamplingProcessor(BaseProcessor<Activity> next) : CompositeProcessor<Activity>([next])
{
    private static readonly HeldSpans Held = new("HealthAgent.Sampling");

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        var run = HeldSpans.Run(data);
        if (run.Recorded)
        {
            foreach (var span in Held.Release(run))
            {
                Send(span);
            }

            Send(data);
        }
        else if (run != data)
        {
            Held.TryHold(run, data);
        }
    }

    private void Send(Activity span)
    {
        span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        base.OnEnd(span);
    }
}
