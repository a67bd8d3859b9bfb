using System.Net;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthAgent.Unit.Library;

/// <summary>What an application has of its own stays as it is: health checks, publishers, error pages, the process.</summary>
public sealed class ApplicationsOwnTests
{
    [Fact]
    public async Task HealthChecks_ThatTheAgentWasNotGiven_StayTheApplications()
    {
        var (db, publisher) = (new Switch(), new ReportCatcher());
        await using var application = await Application.StartAsync(
            services =>
            {
                services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
                services.AddSingleton<IHealthCheckPublisher>(publisher);
                services.AddHealthChecks().AddCheck("orders-db", db);
                services.AddHealthAgent(_ => { });
            },
            routes =>
            {
                routes.MapHealthChecks("/framework");
                routes.MapHealthAgent();
            });

        await publisher.Published.Task.Ends();
        (await application.GetAsync("/framework")).Body.ShouldBe("Healthy");
        db.Runs.ShouldBe(2);
        application.Snapshots.Current.Checks.ShouldBeEmpty();
    }

    [Fact]
    public async Task HealthChecks_ThatTheAgentRuns_AreStillMapped()
    {
        await using var application = await Application.StartAsync(
            services =>
            {
                services.AddHealthChecks().AddCheck("orders-db", () => HealthCheckResult.Degraded());
                services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
            },
            routes =>
            {
                routes.MapHealthChecks("/framework");
                routes.MapHealthAgent();
            });

        (await application.GetAsync("/framework")).Body.ShouldBe("Degraded");
    }

    [Fact]
    public async Task Process_IsLeftAsItWas()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        await using var application = await Application.StartAsync(services => services.AddHealthAgent(_ => { }));

        ThreadPool.GetMinThreads(out var workersNow, out var portsNow);
        (workersNow, portsNow).ShouldBe((workers, ports));
        application.Services.GetService<IProblemDetailsService>().ShouldBeNull();
        application.Services.GetService<IExceptionHandler>().ShouldBeNull();
        application.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.ShouldBe(new HostOptions().ShutdownTimeout);
        application.Services.GetServices<IHostedService>()
            .ShouldNotContain(service => service.GetType().Name.Contains("Telemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ErrorPages_AreTheApplications()
    {
        await using var application = await Application.StartAsync(
            services => services.AddHealthAgent(_ => { }),
            routes =>
            {
                routes.UseStatusCodePages("text/plain", "ours: {0}");
                routes.MapHealthAgent();
            });

        (await application.GetAsync("/nothing-here")).Body.ShouldBe("ours: 404");
        (await application.GetAsync("/livez", HttpMethod.Post)).ShouldBe((HttpStatusCode.MethodNotAllowed, "ours: 405", "text/plain"));
    }

    [Fact]
    public async Task Publishers_AreGivenTheAgentsReports_AndByNoOtherLoop()
    {
        var (db, publisher) = (new Switch(), new ReportCatcher());
        await using var application = await Application.StartAsync(services =>
        {
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
            services.AddSingleton<IHealthCheckPublisher>(publisher);
            services.AddHealthChecks();
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
            services.Configure<HealthCheckServiceOptions>(options =>
                options.Registrations.Add(new HealthCheckRegistration("orders-db", db, null, null) { Period = TimeSpan.FromHours(1) }));
        });

        (await publisher.Published.Task.Ends()).Entries.Keys.ShouldBe(["orders-db"]);
        db.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task FrameworkLoop_ThatComesBackBesideAPublisher_KeepsTheApplicationFromStarting()
    {
        await using var application = Application.Build(services =>
        {
            services.AddSingleton<IHealthCheckPublisher>(new ReportCatcher());
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
            services.AddHealthChecks();
        });

        (await Should.ThrowAsync<InvalidOperationException>(application.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("call it before");
    }
}
