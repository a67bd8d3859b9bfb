using System.Numerics;

namespace HealthAgent.State;

/// <summary>Whether each of the latest outcomes differed from the one before it: a bit each, the newest lowest.</summary>
/// <remarks>
/// Rule: Nagios' flap detection. Of the last 21 outcomes, and so 20 possible changes, the share that were changes counts,
/// the newest weighing 1.25 and the oldest 0.75.
/// </remarks>
internal readonly record struct FlapHistory(uint Changes, Result? Latest)
{
    /// <summary>The share, in hundredths, from which on a check flaps.</summary>
    public const double High = 30;

    /// <summary>The share, in hundredths, below which it no longer does.</summary>
    public const double Low = 25;

    private const int Length = 20;
    private const double NewestWeight = 1.25;
    private const double OldestWeight = 0.75;

    /// <summary>The share of changes, in hundredths, the newer ones weighing more.</summary>
    public double Share
    {
        get
        {
            var sum = 0d;
            for (var left = Changes; left != 0; left &= left - 1)
            {
                sum += NewestWeight - ((NewestWeight - OldestWeight) * BitOperations.TrailingZeroCount(left) / (Length - 1));
            }

            return 100 * sum / Length;
        }
    }

    /// <summary>The history after one more outcome.</summary>
    public FlapHistory With(Result result) =>
        new(((Changes << 1) | (Latest is { } latest && latest != result ? 1u : 0u)) & ((1u << Length) - 1), result);

    /// <summary>Whether a check flaps, having flapped before or not: between the two marks it stays as it was.</summary>
    public bool IsFlapping(bool before) => Share >= (before ? Low : High);
}
