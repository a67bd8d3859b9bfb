using HealthAgent.Planning;
using HealthAgent.Reload;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Reload;

public sealed class SourceReaderTests : IDisposable
{
    private readonly LoopClock _clock = new();
    private readonly ListSource _source = new();
    private readonly SourceReader _reader;

    public SourceReaderTests() => _reader = new SourceReader(PlanPart.Unread(_source), _clock);

    public void Dispose() => _reader.Dispose();

    private string Names => string.Join(' ', _reader.Latest.Checks.Select(check => check.Name));

    [Fact]
    public async Task Read_ThatThrows_KeepsWhatWasReadLast()
    {
        _source.Set(ListSource.Check("a"));
        await _reader.ReadAsync(CancellationToken.None).Ends();
        _source.BeforeRead = _ => throw new IOException("no route\nto host");
        _source.Set(ListSource.Check("b"));

        await _reader.ReadAsync(CancellationToken.None).Ends();

        _reader.Failure.ShouldBe("cluster: could not be read: no route to host");
        Names.ShouldBe("a");
        _source.BeforeRead = _ => Task.CompletedTask;
        await _reader.ReadAsync(CancellationToken.None).Ends();
        (_reader.Failure, Names).ShouldBe((null, "b"));
    }

    [Fact]
    public async Task Read_ThatHangs_IsGivenUpAndNotJoinedByAnother()
    {
        var gate = new TaskCompletionSource();
        _source.BeforeRead = _ => gate.Task;
        _source.Set(ListSource.Check("a"));

        var hung = _reader.ReadAsync(CancellationToken.None);
        _clock.Advance(SourceReader.Limit);
        await hung.Ends();
        var behind = _reader.ReadAsync(CancellationToken.None);
        _clock.Advance(SourceReader.Limit);
        await behind.Ends();

        (_reader.Failure, _reader.Latest.IsRead).ShouldBe(("cluster: did not answer within 30s", false));
        await Eventually.Is(() => _source.Reads == 1, "the first read began");
        gate.SetResult();
        await _reader.ReadAsync(CancellationToken.None).Ends();
        (_reader.Failure, Names, _source.Reads).ShouldBe((null, "a", 2));
    }
}
