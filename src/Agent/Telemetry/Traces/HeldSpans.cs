using System.Diagnostics;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>Spans below a run that wait for it to end.</summary>
/// <param name="waitsFor">What they wait for: the name of the run's property that holds them.</param>
internal sealed class HeldSpans(string waitsFor)
{
    // What the exporter's queue holds by default: it would drop more than that as well.
    private const int Most = 2048;

    private static readonly object Released = new();

    /// <summary>The root span of a run.</summary>
    public static Activity Run(Activity span)
    {
        while (span.Parent is { } parent)
        {
            span = parent;
        }

        return span;
    }

    /// <summary>Holds a span, or drops it where very many are held; false when those of the run were released already.</summary>
    public bool TryHold(Activity run, Activity span)
    {
        lock (run)
        {
            if (run.GetCustomProperty(waitsFor) is { } property && property == Released)
            {
                return false;
            }

            var held = (List<Activity>?)run.GetCustomProperty(waitsFor) ?? [];
            if (held.Count < Most)
            {
                held.Add(span);
            }

            run.SetCustomProperty(waitsFor, held);
            return true;
        }
    }

    /// <summary>The spans that were held, in the order in which they ended. From now on none is held.</summary>
    public IReadOnlyList<Activity> Release(Activity run)
    {
        lock (run)
        {
            var held = run.GetCustomProperty(waitsFor) as List<Activity> ?? [];
            run.SetCustomProperty(waitsFor, Released);
            return held;
        }
    }
}
