using HealthAgent.Explanation;
using HealthAgent.Planning;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scheduling;

/// <summary>A check that can be run, by a schedule or by itself. One run at a time.</summary>
internal class CheckInstance(CheckPlan plan)
{
    private IHealthCheck? _check;
    private CancellationTokenSource? _deadline;

    /// <summary>The check.</summary>
    public CheckPlan Plan => plan;

    /// <summary>Takes what its runs do, for somebody who wants them explained; null for none.</summary>
    public RunExplanation? Explanation { get; set; }

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

    /// <summary>Takes the deadline of the run that is about to begin; null when it completed.</summary>
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
            // It completed this very moment.
        }
    }

    /// <summary>
    /// Disposes what the check holds, such as its connections, and so what may hang on them. A further run makes it again.
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
