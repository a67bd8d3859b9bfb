using HealthAgent.Planning;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>A check on its schedule: the live part, touched by the scheduling loop only, but for the run itself.</summary>
internal sealed class ScheduledCheck(CheckPlan plan, int position, TimeSpan phase)
{
    private IHealthCheck? _check;
    private CancellationTokenSource? _deadline;

    /// <summary>The check.</summary>
    public CheckPlan Plan => plan;

    /// <summary>Its position among the plans and in the snapshot.</summary>
    public int Position { get; set; } = position;

    /// <summary>Where in the interval its regular starts lie.</summary>
    public TimeSpan Phase => phase;

    /// <summary>When it is due.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether a run is under way.</summary>
    public bool IsRunning { get; set; }

    /// <summary>The slots of its host; null when it has none, or did not run yet.</summary>
    public AdmissionLine? Host { get; set; }

    /// <summary>The slot of its run under way.</summary>
    public Admission.Slot? Admitted { get; set; }

    /// <summary>When a run last ended within the timeout; null before the first that did.</summary>
    public TimeSpan? AnsweredAt { get; set; }

    /// <summary>How long that run took.</summary>
    public TimeSpan LastDuration { get; set; }

    /// <summary>How many runs in a row ran into the timeout since.</summary>
    public int Unanswered { get; set; }

    /// <summary>Whether it is no longer part of the configuration: it is not started again, and what it still runs is not reported.</summary>
    public bool IsRetired { get; set; }

    /// <summary>A run that was abandoned at its deadline and may still hang: as long as it does, no other starts.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>Whether an abandoned run still hangs.</summary>
    public bool Hangs => Abandoned is { IsCompleted: false };

    /// <summary>The check itself, made at the first run so that one that cannot be made fails like any other.</summary>
    public IHealthCheck Check(IServiceProvider services)
    {
        if (Volatile.Read(ref _check) is { } made)
        {
            return made;
        }

        var check = plan.Registration.Factory(services);
        Volatile.Write(ref _check, check);
        return check;
    }

    /// <summary>Takes the deadline of the run that is about to begin; null when it ended.</summary>
    public void Arm(CancellationTokenSource? deadline) => Volatile.Write(ref _deadline, deadline);

    /// <summary>Lets the deadline of the run that is under way, if any, pass now.</summary>
    public void Cancel()
    {
        try
        {
            _ = Volatile.Read(ref _deadline)?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended this very moment.
        }
    }

    /// <summary>
    /// Ends what the check holds, such as its connections, and with them what may hang on them. Where it is run again, it
    /// is made anew.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        switch (Interlocked.Exchange(ref _check, null))
        {
            case IAsyncDisposable check:
                await check.DisposeAsync();
                break;
            case IDisposable check:
                check.Dispose();
                break;
        }
    }
}
