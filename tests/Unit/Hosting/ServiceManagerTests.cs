using System.Globalization;
using System.Threading.Channels;
using HealthAgent.Agent.Hosting;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthAgent.Unit.Hosting;

/// <summary>What systemd is notified of. The datagrams themselves: SystemdTests of the integration tests.</summary>
public sealed class ServiceManagerTests : ISystemdNotifier, IDisposable
{
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(5);

    private readonly Channel<string> _notices = Channel.CreateUnbounded<string>();
    private readonly LoopClock _clock = new();
    private readonly SchedulerPulse _pulse;
    private readonly StateStore _store;
    private readonly ServiceManager _manager;

    public ServiceManagerTests()
    {
        _pulse = new SchedulerPulse(_clock);
        _store = new StateStore(Plans.Agent(Plans.Check("db", failureThreshold: 1), Plans.Check("api")), new AgentClock(_clock), []);
        _manager = new ServiceManager(this, _store, _pulse, _clock, NullLogger<ServiceManager>.Instance) { Watchdog = 3 * Third };
    }

    bool ISystemdNotifier.IsEnabled => true;

    void ISystemdNotifier.Notify(ServiceState state) => _notices.Writer.TryWrite(state.ToString());

    public void Dispose() => _manager.Dispose();

    [Fact]
    public async Task Watchdog_IsFedWhileTheLoopRuns_AndNotWhenItHangs()
    {
        _manager.Ready();
        (await NextAsync()).ShouldBe("READY=1\nSTATUS=2 unknown");
        await _manager.StartAsync(TestContext.Current.CancellationToken);

        _pulse.Beat();
        _clock.Advance(Third);
        (await NextAsync()).ShouldBe("WATCHDOG=1");

        // The loop hangs; its last beat is ten seconds ago.
        Record('F');
        _clock.Advance(Third);
        (await NextAsync()).ShouldBe("STATUS=1 unhealthy, 1 unknown");

        _pulse.Beat();
        _clock.Advance(Third);
        (await NextAsync()).ShouldBe("WATCHDOG=1");
    }

    [Fact]
    public async Task Reload_IsTold_WithTheTime_UntilItIsReadyAgain()
    {
        _manager.Reloading();
        (await NextAsync()).ShouldBe($"RELOADING=1\nMONOTONIC_USEC={_clock.GetTimestamp() / 10}");

        Record('P');
        _manager.Ready();
        (await NextAsync()).ShouldBe("READY=1\nSTATUS=1 healthy, 1 unknown");
    }

    [Fact]
    public async Task Stop_IsTold_WithTheTimeThatItTakes()
    {
        _manager.Stopping(TimeSpan.FromMinutes(5));

        (await NextAsync()).ShouldBe("STOPPING=1\nEXTEND_TIMEOUT_USEC=325000000");
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("20000000", null, 20)]
    [InlineData("20000000", "this", 20)]
    [InlineData("20000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("often", null, null)]
    public void Watchdog_OfAnEnvironment_IsThatOfThisProcess(string? limit, string? process, int? seconds) =>
        ServiceManager.WatchdogOf(name => name switch
        {
            "WATCHDOG_USEC" => limit,
            "WATCHDOG_PID" => process == "this" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process,
            _ => null,
        }).ShouldBe(seconds is { } limited ? TimeSpan.FromSeconds(limited) : null);

    private void Record(char outcome) => _store.Record([new CompletedRun(0, Plans.Outcome(outcome), Span: null)]);

    private Task<string> NextAsync() =>
        _notices.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Ends();
}
