using System.Diagnostics.Metrics;
using System.Net;
using HealthAgent.History;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>
/// The open streams of <c>/events</c>. There are so many at the most, in all and per address, that they leave room for other callers; one
/// whose reader takes nothing is cut off.
/// </summary>
internal sealed partial class EventStreams(
    EventLog log, StateStore store, IServiceProvider services, IHostApplicationLifetime host, TimeProvider clock,
    ILogger<EventStreams> logger) : IMetricsSource
{
    /// <summary>How many there may be at the most.</summary>
    public const int Most = 512;

    /// <summary>How many there may be of one address.</summary>
    public const int MostPerAddress = 64;

    /// <summary>When to ask again where there is no room, in seconds.</summary>
    public const string RetryAfter = "10";

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _open;
    private long _dropped;

    /// <summary>How many streams were cut off because of their readers.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc />
    public void PublishOn(Meter meter)
    {
        var before = Dropped;
        meter.CreateObservableUpDownCounter(
            Names.Metrics.EventStreams, () => Volatile.Read(ref _open), "{stream}", "Open streams of /events.");
        meter.CreateObservableCounter(
            Names.Metrics.EventStreamsDropped, () => Dropped - before, "{stream}",
            "Streams of /events that were cut off because their reader was too slow.");
    }

    /// <summary>Takes a place for a stream until it is disposed; null where there is none, with the answer.</summary>
    public IDisposable? Enter(HttpContext context, out (int StatusCode, string Detail) full)
    {
        full = default;
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var most = services.GetService<Connections>() is { } connections ? Math.Min(Most, connections.Most / 2) : Most;
        lock (_lock)
        {
            var ofAddress = _byAddress.GetValueOrDefault(address);
            if (ofAddress >= MostPerAddress)
            {
                full = (StatusCodes.Status429TooManyRequests, $"this address has {MostPerAddress} streams already; close one");
                return null;
            }

            if (_open >= most)
            {
                full = (StatusCodes.Status503ServiceUnavailable, $"there are {most} streams already; ask again later");
                return null;
            }

            _byAddress[address] = ofAddress + 1;
            Volatile.Write(ref _open, _open + 1);
        }

        return new Place(this, address, context.Features.Get<Connections.Held>()?.Occupy());
    }

    /// <summary>Serves a stream until its reader leaves, or the agent ends it.</summary>
    public async Task ServeAsync(HttpContext context, HealthAgentEndpointOptions options, EventFilter filter)
    {
        var stream = new EventStream(context, log, store, filter, clock, host.ApplicationStopping);
        var access = new StandingAccess(context, options, log, clock);
        try
        {
            await stream.RunAsync(access.WhyEnded);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has left.
        }
        catch (TimeoutException)
        {
            context.Abort();
        }

        if (stream.IsTooSlow)
        {
            Interlocked.Increment(ref _dropped);
            LogDropped(context.Connection.RemoteIpAddress);
        }
    }

    private void Leave(IPAddress address)
    {
        lock (_lock)
        {
            Volatile.Write(ref _open, _open - 1);
            if (--_byAddress[address] == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "A stream of /events to {Address} was cut off: its reader is too slow")]
    private partial void LogDropped(IPAddress? address);

    private sealed class Place(EventStreams streams, IPAddress address, IDisposable? occupied) : IDisposable
    {
        public void Dispose()
        {
            occupied?.Dispose();
            streams.Leave(address);
        }
    }
}
