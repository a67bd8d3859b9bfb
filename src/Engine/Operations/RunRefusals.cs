using HealthAgent.Scheduling;

namespace HealthAgent.Operations;

/// <summary>Why a run that was asked for did not take place, in words.</summary>
internal static class RunRefusals
{
    /// <summary>The words for one that is not done.</summary>
    public static string Describe(RequestedRun run) => run.Answer switch
    {
        RunAnswer.UnknownCheck => "the configuration in force has no such check",
        RunAnswer.Passive => "its outcomes come in by PUT /heartbeats/{name}; the agent has nothing to run",
        RunAnswer.Suppressed => $"{run.Cause} is unhealthy, and it depends on that one",
        RunAnswer.TooOften => $"runs were asked for too often; ask again in {Units.Format(run.RetryAfter)}",
        RunAnswer.Replaced => "the configuration changed it before the run ended",
        _ => "the agent is stopping",
    };
}
