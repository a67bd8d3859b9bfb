using System.Globalization;
using System.Net.Sockets;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.Extensions.Hosting.Systemd;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// Notifies systemd that the agent is ready, reloads or stops, how many checks have which status, and, as its watchdog, that the
/// scheduling loop runs. Does nothing unless systemd started the agent with <c>Type=notify</c>.
/// </summary>
/// <remarks>Rule: sd_notify(3), sd_watchdog_enabled(3).</remarks>
internal sealed partial class ServiceManager(
    ISystemdNotifier systemd, StateStore store, SchedulerPulse pulse, TimeProvider clock, ILogger<ServiceManager> logger)
    : BackgroundService
{
    // Besides the drain: what is under way, and a collector that hangs, as docs/operating.md has it.
    private static readonly TimeSpan StopMayTake = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private StatusCounts _told;
    private bool _isUnheard;
    private PeriodicTimer? _timer;

    /// <summary>The silence after which systemd restarts this process; null without a watchdog.</summary>
    public TimeSpan? Watchdog { get; init; } = WatchdogOf(Environment.GetEnvironmentVariable);

    /// <summary>The watchdog that an environment asks for, which may be meant for another process.</summary>
    public static TimeSpan? WatchdogOf(Func<string, string?> environment)
    {
        var isForThis = environment("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Text(Environment.ProcessId);
        return isForThis && long.TryParse(environment("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? TimeSpan.FromMicroseconds(limit)
            : null;
    }

    /// <summary>The agent listens and runs checks, by the configuration that it has read last.</summary>
    public void Ready() => Send("READY=1", Status());

    /// <summary>The configuration is read again; <see cref="Ready"/> follows.</summary>
    public void Reloading() => Send("RELOADING=1", $"MONOTONIC_USEC={Text((long)clock.GetElapsedTime(0).TotalMicroseconds)}");

    /// <summary>The agent stops; it may take as long as its drain, and what is under way then.</summary>
    public void Stopping(TimeSpan drain) =>
        Send("STOPPING=1", $"EXTEND_TIMEOUT_USEC={Text((long)(drain + StopMayTake).TotalMicroseconds)}");

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here, since the rest starts on another thread, whenever that gets to it.
        _timer = new PeriodicTimer(Watchdog / 3 is { } third && third < LongestPause ? third : LongestPause, clock);
        return systemd.IsEnabled ? base.StartAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        _timer?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer!.WaitForNextTickAsync(stoppingToken))
        {
            List<string> news = [];
            if (Watchdog is not null && pulse.IsAlive)
            {
                news.Add("WATCHDOG=1");
            }

            if (Counts != _told)
            {
                news.Add(Status());
            }

            Send([.. news]);
        }
    }

    private StatusCounts Counts => store.Current.FindRollUp(RollUpPlan.Full)!.Counts;

    /// <summary>Statuses alone: every user of the machine may read it.</summary>
    private string Status()
    {
        _told = Counts;
        var counts = new[]
        {
            (_told.Healthy, "healthy"), (_told.Degraded, "degraded"), (_told.Unhealthy, "unhealthy"), (_told.Unknown, "unknown"),
        }.Where(count => count.Item1 > 0).Select(count => $"{Text(count.Item1)} {count.Item2}");
        return $"STATUS={(_told == default ? "no checks" : string.Join(", ", counts))}";
    }

    private void Send(params string[] lines)
    {
        if (lines.Length == 0 || !systemd.IsEnabled)
        {
            return;
        }

        try
        {
            systemd.Notify(new ServiceState(string.Join('\n', lines)));
            _isUnheard = false;
        }
        catch (SocketException e)
        {
            if (!_isUnheard)
            {
                LogUnheard(e);
            }

            _isUnheard = true;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(40, LogLevel.Warning, "Notifying systemd failed; retrying")]
    private partial void LogUnheard(Exception exception);
}
