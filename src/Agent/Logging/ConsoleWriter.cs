using System.Text;
using System.Threading.Channels;

namespace HealthAgent.Agent.Logging;

/// <summary>
/// A stream of the console that nobody waits for: what is written is queued and written by a task. What finds the queue full, as with a
/// reader that stopped reading, and what cannot be written, as on a full disk, is dropped and counted. The next line is tried again.
/// </summary>
internal sealed class ConsoleWriter : TextWriter
{
    /// <summary>Lines that wait at most: a burst of events of 10,000 checks, some megabytes.</summary>
    internal const int MostWaiting = 16_384;

    // The rest is lost to a reader that does not take it by then.
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(1);

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Action<byte[]> _write;
    private readonly ConsoleDrops _drops;
    private readonly Task _writing;
    private bool _isTorn;

    /// <summary>Begins to write what will be queued.</summary>
    /// <param name="write">Writes a line, and may block; an <see cref="IOException"/> drops it.</param>
    /// <param name="drops">Counts what is dropped.</param>
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

    /// <summary>Takes no more lines, and gives those that wait a moment to be written.</summary>
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

    // On a thread of the pool, of which there are some to spare for those that block.
    private bool TryWrite(byte[] line)
    {
        try
        {
            // The line before may have been written in part.
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
