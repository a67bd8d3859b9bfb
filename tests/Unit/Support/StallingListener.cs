using HealthAgent.State;

namespace HealthAgent.Unit.Support;

/// <summary>Keeps the scheduling loop from turning.</summary>
internal sealed class StallingListener : IStateListener
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Stalled => _stalled.Task;

    public void GoOn() => _goOn.SetResult();

    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
    {
        _stalled.TrySetResult();
        _goOn.Task.GetAwaiter().GetResult();
    }

    public void OnFlapping(CheckState state, CompletedRun run)
    {
    }

    public void OnTransition(Transition transition)
    {
    }
}
