using System.Text;
using System.Threading.Channels;

namespace HealthAgent.Agent.Logging;

/// <summary>
/// A non-blocking console stream: lines are queued and written by a task. Lines are dropped and counted when the queue is full, as with a
/// stalled reader, or when writing fails, as on a full disk.
/// </summary>
internal sealed class ConsoleWriter : TextWriter
{
    /// <summary>Queue length: a burst of events of 10,000 checks, some megabytes.</summary>
    internal const int MostWaiting = 16_384;

    // How long to flush on dispose; the rest is dropped.
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(1);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Action<byte[]> _write;
    private readonly ConsoleDrops _drops;
    private readonly Task _writing;
    private bool _isTorn;

    /// <summary>Starts the writing task.</summary>
    /// <param name="write">Writes a line, may block; an <see cref="IOException"/> drops the line.</param>
    /// <param name="drops">Counts dropped lines.</param>
    public ConsoleWriter(Action<byte[]> write, ConsoleDrops drops)
    {
        (_write, _drops) = (write, drops);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <inheritdoc />
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc />
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc />
    public override void WriteLine() => Write(NewLine);

    /// <inheritdoc />
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc />
    public override void Write(string? value)
    {
        if (value is { Length: > 0 } && !_lines.Writer.TryWrite(Encoding.GetBytes(value)))
        {
            _drops.Add();
        }
    }

    /// <summary>Stops accepting lines and flushes the queue for a limited time.</summary>
    public override async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing.WaitAsync(PatienceAtEnd, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync();
    }

    private async Task WriteAllAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            if (!TryWrite(line))
            {
                _drops.Add();
            }
            else if (_lines.Reader.Count == 0)
            {
                _drops.CaughtUp();
            }
        }
    }

    // On a thread-pool thread; a few may be blocked.
    private bool TryWrite(byte[] line)
    {
        try
        {
            // The previous line may have been written in part.
            _write(_isTorn ? [(byte)'\n', .. line] : line);
            _isTorn = false;
            return true;
        }
        catch (IOException)
        {
            _isTorn = true;
            return false;
        }
    }
}
