using System.Net;
using HealthAgent.Checks;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Scheduling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthAgent.Unit.Library;

public sealed class AddHealthAgentTests
{
    [Fact]
    public async Task Endpoints_OfAnApplication_AnswerFromMemoryWithoutDetails()
    {
        var db = new Switch();
        await using var application = await Application.StartAsync(services =>
        {
            services.AddHealthChecks().AddCheck("orders-db", db, tags: ["ready"]);
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
        });
        await Eventually.Is(() => application.Snapshots.Current.Ready == CheckStatus.Healthy, "it is ready");

        var runs = db.Runs;
        (await application.GetAsync("/livez")).ShouldBe((HttpStatusCode.OK, "ok", "text/plain"));
        (await application.GetAsync("/readyz")).Body.ShouldBe("ok");
        var (code, body, type) = await application.GetAsync("/health");
        (code, type).ShouldBe((HttpStatusCode.OK, "application/health+json"));
        body.ShouldContain("\"status\": \"pass\"");
        body.ShouldNotContain("orders-db");
        (await application.GetAsync("/health/checks/orders-db")).ShouldBeOfProblem(HttpStatusCode.Forbidden);
        (await application.GetAsync("/health/checks/none")).ShouldBeOfProblem(HttpStatusCode.Forbidden);
        db.Runs.ShouldBe(runs);
    }

    [Fact]
    public async Task RunAsync_RunsACheckNow()
    {
        var db = new Switch();
        await using var application = await Application.StartAsync(services =>
        {
            services.AddHealthChecks().AddCheck("orders-db", db, tags: ["ready"]);
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
        });
        await Eventually.Is(() => application.Snapshots.Current.Ready == CheckStatus.Healthy, "it is ready");
        var (runs, health) = (db.Runs, application.Services.GetRequiredService<IHealthRuns>());

        for (var i = 1; i <= 5; i++)
        {
            (await health.RunAsync("orders-db", TestContext.Current.CancellationToken)).Result.ShouldBe(Result.Pass);
            db.Runs.ShouldBe(runs + i);
        }

        await Should.ThrowAsync<KeyNotFoundException>(() => health.RunAsync("none", TestContext.Current.CancellationToken));
        await Should.ThrowAsync<OperationCanceledException>(() => health.RunAsync("orders-db", new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Details_AreForWhomTheApplicationSays()
    {
        await using var application = await Application.StartAsync(
            services =>
            {
                services.AddHealthChecks().AddCheck("orders-db", () => HealthCheckResult.Healthy());
                services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
            },
            routes => routes.MapHealthAgent(options => options.ShowDetails = context => context.Request.Query.ContainsKey("viewer")));

        (await application.GetAsync("/health?viewer")).Body.ShouldContain("orders-db");
        (await application.GetAsync("/health")).Body.ShouldNotContain("orders-db");
    }

    [Fact]
    public async Task Conventions_OfTheApplication_ApplyToAllEndpointsOrToAPart()
    {
        await using var application = await Application.StartAsync(
            services => services.AddHealthAgent(_ => { }),
            routes =>
            {
                var endpoints = routes.MapGroup("/agent").MapHealthAgent();
                endpoints.RequireHost("127.0.0.1");
                endpoints.Details.RequireHost("elsewhere.example");
            });

        (await application.GetAsync("/agent/livez")).Code.ShouldBe(HttpStatusCode.OK);
        (await application.GetAsync("/agent/health/checks")).Code.ShouldBe(HttpStatusCode.NotFound);
        (await application.GetAsync("/livez")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task HealthChecks_ThatTheAgentWasNotGiven_StayTheApplications()
    {
        var (db, publisher) = (new Switch(), new Publisher());
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
    public async Task File_BesideChecksInCode_IsReadAndReloadedByThoseWhoMay()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, "checks:\n- { name: ours, kind: own, interval: 1h, word: yes }\n", TestContext.Current.CancellationToken);
        var text = Setting.RequiredText("word", "what it says");
        var own = new CheckKind
        {
            Name = "own",
            Description = "It is ours.",
            DefaultTier = Tier.Functional,
            Settings = [text],
            Plan = context =>
            {
                var word = context.Settings.Get(text);
                return new PlannedCheck(_ => new Switch { Description = word });
            },
        };
        await using var application = await Application.StartAsync(
            services =>
            {
                services.AddHealthChecks().AddCheck("orders-db", () => HealthCheckResult.Healthy());
                services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks().AddYamlFile(file).AddKinds(own));
            },
            routes =>
            {
                routes.MapHealthAgent();
                routes.MapGroup("/open").MapHealthAgent(options => options.AllowActions = _ => true);
            });

        application.Snapshots.Current.Checks.Select(check => $"{check.Name} {check.Kind} {check.Tier}")
            .ShouldBe(["ours own Functional", "orders-db dotnet Dependency"]);
        (await application.GetAsync("/reload", HttpMethod.Post)).ShouldBeOfProblem(HttpStatusCode.Forbidden);
        await File.WriteAllTextAsync(file, "checks: []\n", TestContext.Current.CancellationToken);
        (await application.GetAsync("/open/reload", HttpMethod.Post)).Code.ShouldBe(HttpStatusCode.OK);
        application.Snapshots.Current.Checks.Select(check => check.Name).ShouldBe(["orders-db"]);
        File.Delete(file);
    }

    [Fact]
    public void Mistakes_InAFile_AreAllToldWhenTheEndpointsAreMapped()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "checks:\n- { name: A, kind: none }\n");
        var thrown = Should.Throw<InvalidOperationException>(
            () => Application.Build(services => services.AddHealthAgent(agent => agent.AddYamlFile(file))));
        thrown.Message.Split(Environment.NewLine).Length.ShouldBe(2);
        thrown.Message.ShouldContain("there is no kind 'none'");
        File.Delete(file);
    }

    [Fact]
    public void Endpoints_WithoutAnAgent_SayWhatIsMissing() =>
        Should.Throw<InvalidOperationException>(() => Application.Build(static _ => { })).Message.ShouldContain("AddHealthAgent");

    [Fact]
    public async Task Publishers_AreGivenTheAgentsReports_AndByNoOtherLoop()
    {
        var (db, publisher) = (new Switch(), new Publisher());
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
            services.AddSingleton<IHealthCheckPublisher>(new Publisher());
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
            services.AddHealthChecks();
        });

        (await Should.ThrowAsync<InvalidOperationException>(application.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("call it before");
    }

    [Fact]
    public async Task Call_MadeTwice_GivesTheSameAgentMore()
    {
        await using var application = await Application.StartAsync(services =>
        {
            services.AddHealthAgent(_ => { });
            services.AddHealthChecks().AddCheck("orders-db", () => HealthCheckResult.Healthy());
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
        });

        application.Snapshots.Current.Checks.Count.ShouldBe(1);
        application.Services.GetServices<IHealthSnapshots>().Count().ShouldBe(1);
    }

    private sealed class Switch : IHealthCheck
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public string? Description { get; init; }

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _runs);
            return Task.FromResult(HealthCheckResult.Healthy(Description));
        }
    }

    private sealed class Publisher : IHealthCheckPublisher
    {
        public TaskCompletionSource<HealthReport> Published { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            Published.TrySetResult(report);
            return Task.CompletedTask;
        }
    }
}

/// <summary>What is asserted of answers.</summary>
internal static class AnswerAssertions
{
    public static void ShouldBeOfProblem(this (HttpStatusCode Code, string Body, string? ContentType) answer, HttpStatusCode code)
    {
        (answer.Code, answer.ContentType).ShouldBe((code, "application/problem+json"));
        answer.Body.ShouldContain("\"title\":");
    }
}
