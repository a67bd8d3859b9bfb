using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using HealthAgent.History;
using HealthAgent.State;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace HealthAgent.Endpoints;

/// <summary>
/// One stream of events. Its reader is a position in the <see cref="EventLog"/>, and what it was sent and has not taken; it first gets what
/// it missed, or all states where nobody knows what that is.
/// </summary>
internal sealed class EventStream(
    HttpContext context, EventLog log, StateStore store, EventFilter filter, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>How long a reader may take nothing.</summary>
    public static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(15);

    /// <summary>After so long without an event comes a line that says nothing, for proxies and for readers.</summary>
    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    private const int MostAtOnce = 256, Part = 32 * 1024;
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(1);

    private readonly PipeWriter _writer = context.Response.BodyWriter;
    private readonly Connections.Held? _connection = context.Features.Get<Connections.Held>();
    private readonly List<AgentEvent> _events = [];
    private long _after;
    private long _version = -1;
    private string _id = "";
    private string _sentId = "";

    /// <summary>Whether the reader was cut off because it is too slow.</summary>
    public bool IsTooSlow { get; private set; }

    /// <summary>Sends events until the reader leaves.</summary>
    /// <param name="whyEnd">Asked whenever something happens, and with each heartbeat: why the stream ends now; null to go on.</param>
    /// <exception cref="OperationCanceledException">The reader left, or the agent stops and the reader takes nothing.</exception>
    /// <exception cref="TimeoutException">The reader takes nothing.</exception>
    public async Task RunAsync(Func<string?> whyEnd)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            // What is too slow is decided here, where it is counted.
            rate.MinDataRate = null;
        }

        Write("retry: 3000\n\n");
        await BeginAsync();
        while (true)
        {
            _events.Clear();
            var isThere = log.TryRead(_after, _events, MostAtOnce, out var more);
            IsTooSlow = !isThere;
            var end = stopping.IsCancellationRequested ? "the agent is stopping"
                : isThere ? whyEnd() : "the reader is too slow: events were forgotten before it took them";
            if (end is not null)
            {
                Write(Events.End, id: null, EventJson.Line(json => json.WriteString("reason", end)));
                await FlushAsync(LastFlush, CancellationToken.None);
                return;
            }

            if (_events.Count == 0)
            {
                await WaitAsync(more);
                continue;
            }

            await SendAsync();
        }
    }

    /// <summary>Where the reader goes on; with all states where that is not known.</summary>
    private async Task BeginAsync()
    {
        var given = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header
            ? header
            : context.Request.Query["lastEventId"].ToString();
        if (given.Length > 0 && log.Find(given) is { } known)
        {
            (_after, _id, _sentId) = (known, given, given);
            await FlushAsync(LongestFlush, stopping);
            return;
        }

        // In this order: the snapshot has all events up to this one, and those after it that it has are known by its version.
        _id = _sentId = log.LastId;
        var snapshot = store.Current;
        (_after, _version) = (EventRing.SequenceOf(_id), snapshot.Version);
        Write($"id: {_id}\nevent: {Events.Reset}\ndata: {{\"reason\":\"{(given.Length > 0
            ? "what happened since Last-Event-ID is not known" : "there is no Last-Event-ID")}\",\"checks\":[\n");
        var (separator, start) = ("", clock.GetTimestamp());
        foreach (var state in snapshot.Checks.Where(filter.Takes))
        {
            Write($"data: {separator}");
            _writer.Write(EventJson.Of(state).Span);
            Write("\n");
            separator = ",";
            await FlushWhenLargeAsync(Transfers.Longest - clock.GetElapsedTime(start));
        }

        Write("data: ]}\n\n");
        await FlushAsync(LongestFlush, stopping);
    }

    private async Task SendAsync()
    {
        foreach (var one in _events)
        {
            (_after, _id) = (one.Sequence, one.Id);
            if ((one.Version > _version || one.About is null) && filter.Takes(one))
            {
                Write(one.Name, one.Id, one.Data);
                _sentId = one.Id;
                await FlushWhenLargeAsync(LongestFlush);
            }
        }

        if (_writer.UnflushedBytes > 0)
        {
            await FlushAsync(LongestFlush, stopping);
        }
    }

    private async Task WaitAsync(Task more)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await more.WaitAsync(HeartbeatEvery, clock, left.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.RequestAborted.ThrowIfCancellationRequested();
        if (!more.IsCompleted && !stopping.IsCancellationRequested)
        {
            // Where nothing was for this reader, it still learns how far it is.
            Write(_id == _sentId ? ":\n\n" : $":\nid: {_id}\n\n");
            _sentId = _id;
            await FlushAsync(LongestFlush, stopping);
        }
    }

    private ValueTask FlushWhenLargeAsync(TimeSpan left) =>
        _writer.UnflushedBytes < Part ? default : new(FlushAsync(Units.Shorter(left, LongestFlush), stopping));

    private async Task FlushAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await _writer.FlushAsync(context.RequestAborted).AsTask()
                .WaitAsync(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, clock, cancellationToken);
        }
        catch (TimeoutException) when (!stopping.IsCancellationRequested)
        {
            IsTooSlow = true;
            throw;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The agent stops while the reader takes nothing.
            throw new TimeoutException();
        }

        context.RequestAborted.ThrowIfCancellationRequested();
        _connection?.Use();
    }

    private void Write(string name, string? id, ReadOnlyMemory<byte> data)
    {
        Write(id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: ");
        _writer.Write(data.Span);
        Write("\n\n");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _writer);
}
