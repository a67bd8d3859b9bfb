using HealthAgent.State;

namespace HealthAgent.Scheduling;

/// <summary>What others ask of the scheduler.</summary>
internal sealed partial class Scheduler
{
    private readonly RunRequests _requests = new();

    /// <summary>Folds in an outcome that nobody here ran.</summary>
    public Reception Receive(string check, RunRecord record)
    {
        if (!store.Current.Index.Positions.TryGetValue(check, out var position))
        {
            return Reception.UnknownCheck;
        }

        Fold(position, record);
        return Reception.Done;
    }

    /// <summary>Asks for a run of a check: its place in one that was asked for already, or in one that starts as soon as may be.</summary>
    public RunTicket RequestRun(string check, RunOrder order)
    {
        if (!store.Current.Index.Positions.TryGetValue(check, out var position))
        {
            return RunTicket.Refused(new RequestedRun(RunAnswer.UnknownCheck));
        }

        var scheduled = _agenda.Checks[position];
        var ticket = _requests.Ask(scheduled, store.Current.Checks[position], order, clock.Uptime);
        if (scheduled.Requested is not null)
        {
            _agenda.BringForward(scheduled, clock.Uptime);
        }

        return ticket;
    }

    /// <summary>Cancels runs under way, and takes no report of them: being cut short says nothing about what they check.</summary>
    /// <param name="cleanupTime">Only those that take as long as this, or longer, to clean up.</param>
    public void CancelRuns(TimeSpan cleanupTime)
    {
        foreach (var running in Checks.Concat(_oneOffs).Where(check => check.IsRunning && check.Plan.CleanupTime >= cleanupTime))
        {
            running.IsRetired = true;
            RunRequests.Cut(running);
            running.Cancel();
        }
    }

    /// <summary>Starts no runs that are asked for any more.</summary>
    public void StopRequests() => _requests.Stop(_agenda.Checks);

    private void Fold(int position, RunRecord record) => Follow(store.Record([new CompletedRun(position, record, Span: null)]));
}
