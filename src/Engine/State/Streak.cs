namespace HealthAgent.State;

/// <summary>How many of the latest outcomes agree.</summary>
/// <param name="Passes">Passes in a row.</param>
/// <param name="Warns">Warns in a row.</param>
/// <param name="Fails">Fails in a row.</param>
/// <param name="Misses">Outcomes in a row that were no pass.</param>
internal readonly record struct Streak(int Passes, int Warns, int Fails, int Misses)
{
    /// <summary>The streaks after one more outcome.</summary>
    public Streak With(Result result) => new(
        result == Result.Pass ? Passes + 1 : 0,
        result == Result.Warn ? Warns + 1 : 0,
        result == Result.Fail ? Fails + 1 : 0,
        result == Result.Pass ? 0 : Misses + 1);
}
