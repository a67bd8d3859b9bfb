using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class StaggeredStartTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new();
    private readonly List<Attempt> _started = [];

    [Fact]
    public async Task Attempt_ThatSucceedsAtOnce_IsTheOnlyOne()
    {
        var first = FirstAsync(3);
        _started.ShouldHaveSingleItem().Succeed();
        (await first).ShouldBe(_started[0].Result);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Attempt_ThatHangs_HasTheNextBesideItAfterTheDelay()
    {
        var first = FirstAsync(3);
        _clock.Advance(StaggeredStart.Delay - TimeSpan.FromMilliseconds(1));
        _started.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await StartsAsync(2);
        _started[1].Succeed();
        (await first).ShouldBe(_started[1].Result);
        await _started[0].Stopped.Ends();
    }

    [Fact]
    public async Task Attempt_ThatWasFirst_StillWinsAfterOthersStarted()
    {
        var first = FirstAsync(2);
        _clock.Advance(StaggeredStart.Delay);
        await StartsAsync(2);
        _started[0].Succeed();
        (await first).ShouldBe(_started[0].Result);
        await _started[1].Stopped.Ends();
    }

    [Fact]
    public async Task Attempt_ThatFails_HasTheNextAtOnce()
    {
        var first = FirstAsync(2);
        _started[0].Fail("refused");
        await StartsAsync(2);
        _started[1].Succeed();
        (await first).ShouldBe(_started[1].Result);
    }

    [Fact]
    public async Task Attempts_ThatAllFail_AreAllReported()
    {
        var first = FirstAsync(2);
        _started[0].Fail("refused");
        await StartsAsync(2);
        _started[1].Fail("unreachable");
        var failure = await Should.ThrowAsync<AggregateException>(() => first);
        failure.InnerExceptions.Select(inner => inner.Message).ShouldBe(["refused", "unreachable"]);
    }

    [Fact]
    public async Task Attempt_ThatIsAlone_FailsAsItDid()
    {
        var first = FirstAsync(1);
        _started[0].Fail("refused");
        (await Should.ThrowAsync<IOException>(() => first)).Message.ShouldBe("refused");
    }

    [Fact]
    public async Task Attempt_ThatThrowsAtOnce_IsAFailureLikeOthers()
    {
        var result = await StaggeredStart.FirstAsync<int>([_ => throw new IOException("at once"), _ => Task.FromResult(2)], _clock, Cancel);
        result.ShouldBe(2);
    }

    [Fact]
    public async Task Result_OfALoserThatIgnoresCancellation_IsDisposed()
    {
        var first = FirstAsync(2);
        _started[0].IgnoresCancellation = true;
        _clock.Advance(StaggeredStart.Delay);
        await StartsAsync(2);
        _started[1].Succeed();
        await first;
        await _started[0].Stopped.Ends();
        _started[0].Result.Disposed.IsCompleted.ShouldBeFalse();
        _started[0].Succeed();
        await _started[0].Result.Disposed.Ends();
        _started[1].Result.Disposed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancellation_OfAll_DoesNotWaitForAttemptsThatIgnoreIt()
    {
        using var stop = new CancellationTokenSource();
        var first = FirstAsync(2, stop.Token);
        _started[0].IgnoresCancellation = true;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        _started.Count.ShouldBe(1);
        _started[0].Succeed();
        await _started[0].Result.Disposed.Ends();
    }

    private Task StartsAsync(int attempts) => Eventually.Is(() => _started.Count == attempts, $"{attempts} attempts are started");

    private Task<Thing> FirstAsync(int attempts, CancellationToken? cancellation = null) => StaggeredStart.FirstAsync(
        [.. Enumerable.Repeat(Start, attempts)], _clock, cancellation ?? Cancel);

    private Task<Thing> Start(CancellationToken stop)
    {
        var attempt = new Attempt(stop);
        _started.Add(attempt);
        return attempt.Task;
    }

    private sealed class Attempt
    {
        private readonly TaskCompletionSource<Thing> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Attempt(CancellationToken stop) => stop.Register(() =>
        {
            _stopped.TrySetResult();
            if (!IgnoresCancellation)
            {
                _end.TrySetCanceled(stop);
            }
        });

        public bool IgnoresCancellation { get; set; }

        public Thing Result { get; } = new();

        public Task<Thing> Task => _end.Task;

        public Task Stopped => _stopped.Task;

        public void Succeed() => _end.TrySetResult(Result);

        public void Fail(string words) => _end.TrySetException(new IOException(words));
    }

    private sealed class Thing : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public void Dispose() => _disposed.TrySetResult();
    }
}
