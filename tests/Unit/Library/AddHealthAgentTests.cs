using System.Net;
using HealthAgent.Checks;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Library;

public sealed class AddHealthAgentTests
{
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
}
