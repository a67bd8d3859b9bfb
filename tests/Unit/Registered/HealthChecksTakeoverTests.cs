using System.Collections.Concurrent;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using HealthAgent.Agent;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace HealthAgent.Unit.Registered;

/// <summary>Other people's checks and publishers in a whole agent: Xabaril's for PostgreSQL, EF Core's, gRPC's.</summary>
public sealed class HealthChecksTakeoverTests
{
    [Fact]
    public async Task Checks_OfOthers_RunLikeTheAgentsOwnAndAreToldEverywhere()
    {
        var publisher = new Publisher();
        // One run of each, however long the test takes.
        var (once, timeout) = (TimeSpan.FromHours(1), TimeSpan.FromSeconds(15));
        var plan = Plans.Agent() with
        {
            Defaults = Timing.BuiltIn with { FailureThreshold = 1, Timeout = timeout, Interval = once, RetryInterval = once },
        };
        await using var agent = await AgentServer.StartAsync(plan, services =>
        {
            // The time that these checks take is real.
            services.AddSingleton(TimeProvider.System);
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
            services.AddDbContext<Orders>(database => database.UseInMemoryDatabase("orders"));
            services.AddHealthChecks()
                .AddDbContextCheck<Orders>(tags: ["ready", "orders"])
                .AddNpgSql("Host=127.0.0.1;Port=1;Username=u;Password=hunter2", name: "SQL Server", failureStatus: HealthStatus.Degraded)
                .AddCheck("Queue", () => HealthCheckResult.Healthy(
                    "empty", new Dictionary<string, object>(StringComparer.Ordinal) { ["waiting"] = 3 }), tags: ["functional"])
                .AddCheck<Hanging>("hanging", tags: ["functional"], timeout: TimeSpan.FromMilliseconds(1))
                .AddCheck("lone \ud800 surrogate", () => HealthCheckResult.Unhealthy("half \udc00",
                    data: new Dictionary<string, object>(StringComparer.Ordinal) { ["\ud800"] = "\udc00" }), tags: ["functional"]);
            services.AddSingleton<IHealthCheckPublisher>(publisher);
            services.AddGrpcHealthChecks();
        });
        await Eventually.Is(() => !publisher.Reports.IsEmpty, "a report is given");

        var health = (await agent.GetAsync("/health?mode=full")).Json.GetProperty("checks");
        string Told(string name, string property) => health.GetProperty(name + ":responseTime")[0].GetProperty(property).GetString()!;
        Told("orders", "state").ShouldBe("healthy");
        Told("orders", "kind").ShouldBe("dotnet");
        Told("sql-server", "state").ShouldBe("unhealthy");
        Told("sql-server", "impact").ShouldBe("degrading");
        Told("queue", "state").ShouldBe("healthy");
        Told("hanging", "output").ShouldContain("did not respond to cancellation");
        Told("lone-surrogate", "state").ShouldBe("unhealthy");
        var readyz = await agent.GetAsync("/readyz?verbose");
        readyz.Status.ShouldBe(200);
        readyz.Body.ShouldContain("[+]orders ok");
        (await agent.GetAsync("/health/groups/orders")).Status.ShouldBe(200);
        (await agent.GetAsync("/health/checks/queue")).Json.GetProperty("observed").GetProperty("description").GetString()
            .ShouldBe("empty");
        (await agent.GetAsync("/health/checks/sql-server")).Json.GetProperty("last").GetProperty("errorType").GetString()
            .ShouldBe("connection_refused");
        (await agent.GetAsync("/health/checks/lone-surrogate")).Status.ShouldBe(503);

        var metrics = (await agent.GetAsync("/metrics")).Body.Split('\n');
        metrics.ShouldContain(
            line => line.StartsWith("health_check_value", StringComparison.Ordinal)
                && line.Contains("\"queue\"", StringComparison.Ordinal)
                && line.Contains("health_check_value_name=\"waiting\"", StringComparison.Ordinal)
                && line.EndsWith(" 3", StringComparison.Ordinal));
        metrics.ShouldContain(
            line => line.StartsWith("health_check_status", StringComparison.Ordinal)
                && line.Contains("\"orders\"", StringComparison.Ordinal));

        var report = publisher.Reports.Last();
        report.Entries.Select(entry => $"{entry.Key} {entry.Value.Status}").ShouldBe(
            ["Orders Healthy", "SQL Server Degraded", "Queue Healthy", "hanging Degraded", "lone \ud800 surrogate Degraded"]);
        report.Status.ShouldBe(HealthStatus.Degraded);
        var grpc = agent.Services.GetRequiredService<HealthServiceImpl>();
        (await grpc.Check(new HealthCheckRequest(), null!)).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        Hanging.Gate.SetResult();
    }

    [Fact]
    public void Plan_OfAnAgentWithOthersChecks_HasThemBehindItsOwn()
    {
        using var agent = (IDisposable)Program.Build(Plans.Agent(Plans.Check("db")), builder =>
            builder.Services.AddHealthChecks().AddCheck("Mine", () => HealthCheckResult.Healthy()));
        ((WebApplication)agent).Services.GetRequiredService<AgentPlan>().Checks.Select(check => check.Name).ShouldBe(["db", "mine"]);
    }

    [Fact]
    public void Names_ThatMeet_KeepTheAgentFromBeingBuilt() =>
        Should.Throw<InvalidOperationException>(() => Program.Build(
            Plans.Agent(Plans.Check("db")), builder => builder.Services.AddHealthChecks()
                .AddCheck("DB", () => HealthCheckResult.Healthy())))
            .Message.ShouldContain("registered in code: the check 'DB': the name 'db' is taken by a check of a test; names are unique");

    [Fact]
    public void FrameworkLoop_AddedByAnybody_IsNotInTheAgent()
    {
        using var agent = (IDisposable)Program.Build(Plans.Agent(), builder =>
        {
            builder.Services.AddHealthChecks();
            builder.Services.AddHostedService<Theirs>();
        });
        var hosted = ((WebApplication)agent).Services.GetServices<IHostedService>().ToList();
        hosted.ShouldNotContain(service => service.GetType().Name.Contains("Publisher", StringComparison.Ordinal));
        hosted.ShouldNotContain(service => service.GetType().Assembly == typeof(HealthCheckService).Assembly);
        hosted.ShouldContain(service => service is Theirs);
    }

    [Fact]
    public void FrameworkLoop_WithoutTheAgent_IsWhatTheTestLooksFor() =>
        new ServiceCollection().AddHealthChecks().Services.ShouldContain(descriptor =>
            descriptor.ServiceType == typeof(IHostedService)
                && descriptor.ImplementationType!.Assembly == typeof(HealthCheckService).Assembly);

    private sealed class Orders(DbContextOptions<Orders> options) : DbContext(options);

    private sealed class Hanging : IHealthCheck
    {
        public static TaskCompletionSource Gate { get; } = new();

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await Gate.Task;
            return HealthCheckResult.Healthy();
        }
    }

    private sealed class Theirs : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Publisher : IHealthCheckPublisher
    {
        public ConcurrentQueue<HealthReport> Reports { get; } = new();

        public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            Reports.Enqueue(report);
            return Task.CompletedTask;
        }
    }
}
