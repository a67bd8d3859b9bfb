using System.Net;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Library;

/// <summary>The endpoints of an application that uses the library.</summary>
public sealed class MapHealthAgentTests
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
    public void Endpoints_WithoutAnAgent_SayWhatIsMissing() =>
        Should.Throw<InvalidOperationException>(() => Application.Build(static _ => { })).Message.ShouldContain("AddHealthAgent");
}
