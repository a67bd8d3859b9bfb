using System.Runtime.CompilerServices;
using HealthAgent.State;

namespace HealthAgent;

/// <summary>
/// The latest transitions, in one ring for all readers. A reader is only a position in it: the feed knows none of them, so that one that
/// is slow or gone neither blocks the writer nor takes memory.
/// </summary>
internal sealed class TransitionFeed : IStateListener
{
    /// <summary>How many transitions are kept.</summary>
    public const int Kept = 1024;

    private readonly HealthTransition[] _ring = new HealthTransition[Kept];
    private readonly Lock _lock = new();
    private TaskCompletionSource? _awaited;
    private long _next = 1;

    /// <summary>The number that the next transition will have.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>The transitions from a number on, without end.</summary>
    public async IAsyncEnumerable<HealthTransition> From(long next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(next, out var transition, out var more))
            {
                next = transition.Sequence + 1;
                yield return transition;
            }
            else
            {
                await more.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public void OnTransition(Transition transition)
    {
        TaskCompletionSource? awaited;
        lock (_lock)
        {
            _ring[_next % Kept] = new HealthTransition(_next, transition);
            Interlocked.Increment(ref _next);
            (awaited, _awaited) = (_awaited, null);
        }

        awaited?.SetResult();
    }

    /// <inheritdoc />
    public void OnRecorded(CheckState state, CompletedRun run, Transition? transition)
    {
        if (transition is not null)
        {
            OnTransition(transition);
        }
    }

    /// <inheritdoc />
    public void OnFlapping(CheckState state, CompletedRun run)
    {
    }

    /// <summary>
    /// Reads the first transition from a number on that is still there; false where there is none yet, with what to wait for.
    /// </summary>
    private bool TryRead(long from, out HealthTransition transition, out Task more)
    {
        lock (_lock)
        {
            var oldest = Math.Max(from, _next - Kept);
            if (oldest < _next)
            {
                (transition, more) = (_ring[oldest % Kept], Task.CompletedTask);
                if (oldest > from)
                {
                    transition = transition with { Missed = oldest - from };
                }

                return true;
            }

            _awaited ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (transition, more) = (null!, _awaited.Task);
            return false;
        }
    }
}
