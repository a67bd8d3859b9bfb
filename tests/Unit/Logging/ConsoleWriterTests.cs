using System.Text;
using HealthAgent.Agent.Logging;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Logging;

public sealed class ConsoleWriterTests : IDisposable
{
    private readonly ConsoleDrops _drops = new();
    private readonly CapturedLog _log = new();

    public ConsoleWriterTests() => _drops.ReportTo(_log.CreateLogger("console"));

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Write_ToAReaderThatReads_WritesAllInOrder()
    {
        var stream = new ScriptedStream();
        await using (var writer = new ConsoleWriter(line => stream.Write(line.AsSpan()), _drops))
        {
            writer.WriteLine("first");
            writer.Write("é");
            writer.WriteLine();
        }

        (stream.Text, _drops.Dropped).ShouldBe(("first\né\n", 0));
    }

    [Fact]
    public async Task Write_ToAReaderThatStopsReading_DropsAndCountsWhatFindsNoRoom_AndReportsItOnceCaughtUp()
    {
        var stream = new ScriptedStream();
        stream.Stall();
        await using var writer = new ConsoleWriter(line => stream.Write(line.AsSpan()), _drops);
        writer.WriteLine("stalled");
        await stream.Stalled.Ends();
        for (var line = 0; line < ConsoleWriter.MostWaiting + 7; line++)
        {
            writer.WriteLine("waiting");
        }

        _drops.Dropped.ShouldBe(7);
        stream.GoOn();

        await Eventually.Is(() => _log.Records.Count > 0, "it is reported");
        _log.Records.ShouldHaveSingleItem().Message.ShouldStartWith("7 log lines dropped");
    }

    [Fact]
    public async Task Write_ToAFullDisk_DropsAndCounts_AndGoesOnWhenThereIsRoom()
    {
        var stream = new ScriptedStream { IsFull = true };
        await using var writer = new ConsoleWriter(line => stream.Write(line.AsSpan()), _drops);
        writer.WriteLine("lost");
        writer.WriteLine("lost");
        await Eventually.Is(() => _drops.Dropped == 2, "both are dropped");

        stream.IsFull = false;
        writer.WriteLine("kept");
        await Eventually.Is(() => _log.Records.Count > 0, "it is reported");

        // The line break terminates a possibly partial line.
        stream.Text.ShouldBe("\nkept\n");
        _log.Records.ShouldHaveSingleItem().Message.ShouldStartWith("2 log lines dropped");
    }

    [Fact]
    public async Task Dispose_WithAReaderThatDoesNotRead_Ends_AndLaterLinesAreDropped()
    {
        var stream = new ScriptedStream();
        stream.Stall();
        var writer = new ConsoleWriter(line => stream.Write(line.AsSpan()), _drops);
        writer.WriteLine("stalled");

        await writer.DisposeAsync().AsTask().Ends();
        writer.WriteLine("late");

        _drops.Dropped.ShouldBe(1);
        stream.GoOn();
    }

    /// <summary>A pipe or a file, as seen by a writer.</summary>
    private sealed class ScriptedStream : MemoryStream
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _reads = new(initialState: true);
        private volatile bool _isFull;

        public Task Stalled => _stalled.Task;

        public bool IsFull
        {
            get => _isFull;
            set => _isFull = value;
        }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Stall() => _reads.Reset();

        public void GoOn() => _reads.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _stalled.TrySetResult();
            _reads.Wait(CancellationToken.None);
            if (IsFull)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _reads.Dispose();
            base.Dispose(disposing);
        }
    }
}
