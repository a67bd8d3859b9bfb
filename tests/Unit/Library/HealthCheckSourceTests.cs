using System.Collections.Concurrent;
using System.Net;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Library;

/// <summary>A source that an application writes, as docs/dotnet.md has it: by the public API alone.</summary>
public sealed class HealthCheckSourceTests
{
    private readonly LoopClock _clock = new();

    [Fact]
    public async Task Checks_OfASource_ComeAndGoWhileTheApplicationRuns()
    {
        var tenants = new Tenants();
        tenants.Add("north");
        await using var application = await StartAsync(tenants);

        await UntilHealthyAsync(application, "tenant-north");

        tenants.Remove("north");
        tenants.Add("south");
        await UntilHealthyAsync(application, "tenant-south");

        var snapshot = application.Snapshots.Current;
        snapshot.Find("tenant-north").ShouldBeNull();
        snapshot.Find("tenant-south").ShouldNotBeNull().Group.ShouldBe("tenants");
        (await application.GetAsync("/readyz")).Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Registration_ThatIsTheSameObject_IsNotDisturbed()
    {
        var tenants = new Tenants();
        tenants.Add("north");
        await using var application = await StartAsync(tenants);
        var run = await application.Services.GetRequiredService<IHealthRuns>().RunAsync(
            "tenant-north", TestContext.Current.CancellationToken);

        tenants.Add("south");
        await UntilHealthyAsync(application, "tenant-south");
        application.Snapshots.Current.Find("tenant-north").ShouldNotBeNull().LastRun.ShouldNotBeNull().StartedAt.ShouldBe(run.StartedAt);

        // Another object by the same name is another check, of which the status is known.
        var other = new TaskCompletionSource();
        tenants.Add("north", ran: () => other.TrySetResult());
        await UntilAsync(() => other.Task.IsCompleted, "the other check has run");
        application.Snapshots.Current.Find("tenant-north").ShouldNotBeNull().Status.ShouldBe(CheckStatus.Healthy);
    }

    [Fact]
    public void Name_ThatTwoSourcesHave_KeepsTheApplicationFromStarting()
    {
        var (one, other) = (new Tenants(), new Tenants("clients"));
        one.Add("north");
        other.Add("north");
        Should.Throw<InvalidOperationException>(() => Application.Build(services => services.AddHealthAgent(
                agent => agent.AddSource(_ => one).AddSource(_ => other))))
            .Message.ShouldBe(
                "registered in clients: the check 'tenant-north': the name 'tenant-north' is taken by the check 'tenant-north', "
                + "registered in tenants; names are unique");
    }

    private Task<Application> StartAsync(Tenants tenants) => Application.StartAsync(
        services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddSingleton(tenants);
            services.AddHealthAgent(agent => agent.AddSource(static provider => provider.GetRequiredService<Tenants>()));
        },
        routes => routes.MapHealthAgent());

    private Task UntilHealthyAsync(Application application, string check) =>
        UntilAsync(() => application.Snapshots.Current.Find(check)?.Status == CheckStatus.Healthy, $"{check} is healthy");

    private Task UntilAsync(Func<bool> condition, string what) => Eventually.Is(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        what);

    private sealed class Tenants(string name = "tenants") : IHealthCheckSource
    {
        private readonly ConcurrentDictionary<string, HealthCheckRegistration> _checks = new(StringComparer.Ordinal);
        private volatile Action? _changed;

        public string Name => name;

        public void Add(string tenant, Action? ran = null)
        {
            _checks[tenant] = new HealthCheckRegistration(
                $"tenant-{tenant}", new TenantCheck(ran), failureStatus: null, tags: ["dependency", "tenants"])
            {
                Period = TimeSpan.FromHours(1),
            };
            _changed?.Invoke();
        }

        public void Remove(string tenant)
        {
            _checks.TryRemove(tenant, out _);
            _changed?.Invoke();
        }

        public Task<IReadOnlyList<HealthCheckRegistration>> ReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HealthCheckRegistration>>([.. _checks.Values]);

        public Task WatchAsync(Action changed, CancellationToken cancellationToken)
        {
            _changed = changed;
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    private sealed class TenantCheck(Action? ran) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            ran?.Invoke();
            return Task.FromResult(HealthCheckResult.Healthy());
        }
    }
}
