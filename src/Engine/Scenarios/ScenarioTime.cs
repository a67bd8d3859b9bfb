namespace HealthAgent.Scenarios;

/// <summary>How the time of a scenario's run is divided.</summary>
/// <param name="Steps">What the steps have together.</param>
/// <param name="Cleanup">What is reserved for cleanup, which has what the steps leave as well.</param>
internal readonly record struct ScenarioTime(TimeSpan Steps, TimeSpan Cleanup)
{
    private const int CleanupShare = 4;

    private static readonly TimeSpan MostReserved = TimeSpan.FromSeconds(10);

    /// <summary>A quarter for cleanup, though 10 s at the most; nothing where there is none. Pure.</summary>
    /// <param name="whole">The time of the run.</param>
    /// <param name="cleanups">How many steps the cleanup has.</param>
    public static ScenarioTime Of(TimeSpan whole, int cleanups)
    {
        whole = whole > TimeSpan.Zero ? whole : TimeSpan.Zero;
        var reserved = cleanups == 0 ? TimeSpan.Zero : Units.Shorter(whole / CleanupShare, MostReserved);
        return new ScenarioTime(whole - reserved, reserved);
    }

    /// <summary>What one step of the cleanup may take, so that those after it come to run whatever it does. Pure.</summary>
    /// <param name="timeLeft">What is left of the run.</param>
    /// <param name="cleanupsLeft">How many steps there are still, this one included.</param>
    public static TimeSpan ShareOf(TimeSpan timeLeft, int cleanupsLeft) =>
        timeLeft > TimeSpan.Zero ? timeLeft / cleanupsLeft : TimeSpan.FromMilliseconds(1);
}
