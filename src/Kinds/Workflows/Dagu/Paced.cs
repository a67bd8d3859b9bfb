namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>What is costly to ask for: asked at most once in a while, in between the last answer holds. Failures are not kept.</summary>
/// <param name="clock">The clock.</param>
/// <param name="every">How long an answer holds.</param>
internal sealed class Paced<T>(TimeProvider clock, TimeSpan every)
{
    private (long At, T Value)? _last;

    /// <summary>The last answer, or a new one.</summary>
    public async ValueTask<T> GetAsync(Func<Task<T>> ask)
    {
        if (_last is not { } last || clock.GetElapsedTime(last.At) >= every)
        {
            var at = clock.GetTimestamp();
            _last = last = (at, await ask());
        }

        return last.Value;
    }
}
