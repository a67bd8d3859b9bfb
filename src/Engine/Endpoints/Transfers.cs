using System.IO.Compression;
using System.Runtime.InteropServices;

namespace HealthAgent.Endpoints;

/// <summary>
/// Sends large answers, each at the pace of its client. Kestrel copies what it is given in one piece, however slow the client is, so it is
/// given parts; the answer itself is shared by all clients that were sent it. What clients that do not read can hold is bounded: by a time
/// for each, and by a sum of answers for all, where the transfer that began first is aborted first.
/// </summary>
internal sealed class Transfers(TimeProvider clock)
{
    /// <summary>The largest piece that is written at once, in bytes. Smaller answers need none of this.</summary>
    public const int Part = 32 * 1024;

    /// <summary>How many bytes different answers may hold in all while they are sent; the latest is sent in any case.</summary>
    public const long MostHeld = 64 * 1024 * 1024;

    /// <summary>How long sending an answer may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly LinkedList<Transfer> _running = [];
    private readonly Dictionary<Answer, int> _clients = new(ReferenceEqualityComparer.Instance);
    private long _held;

    /// <summary>
    /// Sends the body of an answer, decompressed where it is held compressed and the caller does not accept that. The connection is aborted
    /// when it takes too long, or when too much is held.
    /// </summary>
    public async Task SendAsync(HttpContext context, Answer answer, bool isDecompressed)
    {
        await using var decompressed = isDecompressed ? Decompressed(answer.Body) : null;
        using var end = new CancellationTokenSource(Longest, clock);
        await using var timeout = end.Token.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        var connection = context.Features.Get<Connections.Held>();
        var running = Begin(new Transfer(context, answer));
        try
        {
            Memory<byte> read = decompressed is null ? default : new byte[Part];
            for (var sent = 0; ;)
            {
                var part = decompressed is null
                    ? answer.Body.Slice(sent, Math.Min(Part, answer.Body.Length - sent))
                    : read[..await decompressed.ReadAsync(read, context.RequestAborted)];
                if (part.IsEmpty)
                {
                    break;
                }

                await context.Response.Body.WriteAsync(part, context.RequestAborted);
                connection?.Use();
                sent += part.Length;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The connection is gone, by the client or by us.
        }
        finally
        {
            lock (_lock)
            {
                Remove(running);
            }
        }
    }

    private static GZipStream Decompressed(ReadOnlyMemory<byte> body)
    {
        MemoryMarshal.TryGetArray(body, out var held);
        return new GZipStream(new MemoryStream(held.Array!, held.Offset, held.Count), CompressionMode.Decompress);
    }

    private LinkedListNode<Transfer> Begin(Transfer transfer)
    {
        List<HttpContext> aborted = [];
        LinkedListNode<Transfer> running;
        lock (_lock)
        {
            running = _running.AddLast(transfer);
            if (_clients.TryAdd(transfer.Answer, 0))
            {
                _held += transfer.Answer.Body.Length;
            }

            _clients[transfer.Answer]++;
            while (_held > MostHeld && _clients.Count > 1)
            {
                aborted.Add(_running.First!.Value.Context);
                Remove(_running.First);
            }
        }

        aborted.ForEach(context => context.Abort());
        return running;
    }

    private void Remove(LinkedListNode<Transfer> running)
    {
        if (running.List is null)
        {
            return;
        }

        _running.Remove(running);
        var answer = running.Value.Answer;
        if (--_clients[answer] == 0)
        {
            _clients.Remove(answer);
            _held -= answer.Body.Length;
        }
    }

    private sealed record Transfer(HttpContext Context, Answer Answer);
}
