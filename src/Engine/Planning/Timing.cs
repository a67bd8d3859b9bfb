using HealthAgent.Configuration;

namespace HealthAgent.Planning;

/// <summary>When and how often a check runs, how many outcomes make a verdict, and how often it should be a good one, resolved.</summary>
internal sealed record Timing(
    TimeSpan Interval, TimeSpan Timeout, int Retries, TimeSpan RetryInterval, int FailureThreshold, int SuccessThreshold, double? Objective)
{
    /// <summary>What holds where nothing is written at all.</summary>
    public static readonly Timing BuiltIn = new(
        TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), Retries: 0, TimeSpan.FromSeconds(2),
        FailureThreshold: 3, SuccessThreshold: 1, Objective: null);

    /// <summary>What was written, and this where nothing was.</summary>
    public Timing With(TimingOptions written) => new(
        written.Interval ?? Interval,
        written.Timeout ?? Timeout,
        written.Retries ?? Retries,
        written.RetryInterval ?? RetryInterval,
        written.FailureThreshold ?? FailureThreshold,
        written.SuccessThreshold ?? SuccessThreshold,
        written.Objective ?? Objective);

    /// <summary>
    /// The timing of one check, with this as the defaults. What is written for the check stays; a default timeout is fitted into the
    /// interval, and a default interval is at least as long as the timeout.
    /// </summary>
    public Timing Of(TimingOptions written)
    {
        var timing = With(written);
        var interval = written.Interval ?? Units.Longer(timing.Interval, written.Timeout ?? TimeSpan.Zero);
        return timing with
        {
            Interval = interval,
            Timeout = written.Timeout ?? Units.Shorter(timing.Timeout, interval),
            RetryInterval = Units.Shorter(timing.RetryInterval, interval),
        };
    }

    /// <summary>
    /// The timing of a check that nobody here runs: how long it may take and how many fails make a verdict is not what the defaults say,
    /// which are about runs.
    /// </summary>
    public Timing OfPassive(TimingOptions written)
    {
        var timing = Of(written);
        return timing with { Timeout = written.Timeout ?? timing.Interval, FailureThreshold = written.FailureThreshold ?? 1 };
    }
}
