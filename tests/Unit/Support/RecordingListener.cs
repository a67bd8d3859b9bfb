using HealthAgent.State;

namespace HealthAgent.Unit.Support;

/// <summary>Keeps the changes of status that were reported, one line each: <c>db H&gt;U</c>.</summary>
internal sealed class RecordingListener : IStateListener
{
    public List<string> Lines { get; } = [];

    /// <summary>Who had acknowledged what each of these changes is about.</summary>
    public List<string?> Acknowledged { get; } = [];

    /// <summary>What operators said, after each change of it.</summary>
    public List<CarriedOperations> Operations { get; } = [];

    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
    {
        if (transition is not null)
        {
            OnTransition(transition);
        }
    }

    public void OnFlapping(CheckState state, CompletedRun run)
    {
    }

    public void OnTransition(Transition transition)
    {
        Lines.Add($"{transition.Plan.Name} {transition.From.Letter()}>{transition.To.Letter()}");
        Acknowledged.Add(transition.Acknowledged?.By);
    }

    public void OnOperations(Snapshot snapshot) => Operations.Add(CarriedOperations.Of(snapshot));
}
