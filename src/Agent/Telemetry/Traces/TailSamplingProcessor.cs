using System.Diagnostics;
using OpenTelemetry;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>Buffers the spans of a run until it completes, when the sampling decision is known, and then forwards or drops all.</summary>
internal sealed class TailSamplingProcessor(BaseProcessor<Activity> next) : CompositeProcessor<Activity>([next])
{
    private const string Held = "HealthAgent.Held";

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        var run = RedactionProcessor.Run(data);
        if (run != data && !run.Recorded)
        {
            lock (run)
            {
                var held = (List<Activity>?)run.GetCustomProperty(Held) ?? [];
                held.Add(data);
                run.SetCustomProperty(Held, held);
            }

            return;
        }

        if (!run.Recorded)
        {
            return;
        }

        lock (run)
        {
            ((List<Activity>?)run.GetCustomProperty(Held))?.ForEach(Send);
            run.SetCustomProperty(Held, null);
        }

        Send(data);
    }

    private void Send(Activity span)
    {
        span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        base.OnEnd(span);
    }
}
