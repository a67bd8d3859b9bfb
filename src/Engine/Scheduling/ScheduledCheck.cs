using HealthAgent.Planning;

namespace HealthAgent.Scheduling;

/// <summary>A check on its schedule: touched by the scheduling loop only, but for the run itself.</summary>
internal sealed class ScheduledCheck(CheckPlan plan, int position, TimeSpan phase) : CheckInstance(plan)
{
    /// <summary>Its position among the plans and in the snapshot.</summary>
    public int Position { get; set; } = position;

    /// <summary>Where in the interval its regular starts lie.</summary>
    public TimeSpan Phase => phase;

    /// <summary>When it is due.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether a run is under way.</summary>
    public bool IsRunning { get; set; }

    /// <summary>The slots of its host; null when it has none, or did not run yet.</summary>
    public AdmissionQueue? Host { get; set; }

    /// <summary>The slot of its run under way.</summary>
    public Admission.Slot? Admitted { get; set; }

    /// <summary>When a run last completed within the timeout; null before the first that did.</summary>
    public TimeSpan? AnsweredAt { get; set; }

    /// <summary>How long that run took.</summary>
    public TimeSpan LastDuration { get; set; }

    /// <summary>How many runs in a row ran into the timeout since.</summary>
    public int Unanswered { get; set; }

    /// <summary>The run that this is for, where it is on no schedule.</summary>
    public OneOffRun? OneOff { get; init; }

    /// <summary>The run that somebody asked for and that has not started; null when nobody did.</summary>
    public RunRequest? Requested { get; set; }

    /// <summary>The same while it is under way.</summary>
    public RunRequest? Serving { get; set; }

    /// <summary>How often runs may be asked for; null when none was.</summary>
    public Pace? Pace { get; set; }

    /// <summary>When the job started that has sent no end; null when none is known to run.</summary>
    public TimeSpan? JobStartedAt { get; set; }

    /// <summary>How often heartbeats may come; null when none came.</summary>
    public Pace? Beats { get; set; }

    /// <summary>A run begins: the one that was asked for, if any was.</summary>
    public void BeginRun()
    {
        (IsRunning, Serving, Requested) = (true, Requested, null);
        Explanation = OneOff?.Explanation ?? Serving?.Explanation;
    }

    /// <summary>Whether it was removed from the configuration: it is not started again, and what it still runs is not reported.</summary>
    public bool IsRetired { get; set; }
}
