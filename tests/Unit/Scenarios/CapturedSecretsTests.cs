using HealthAgent.Explanation;
using HealthAgent.Scenarios;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What is captured and shown nowhere, in other forms, in other runs, and when there is too much of it.</summary>
public sealed class CapturedSecretsTests
{
    [Fact]
    public async Task Run_NumberThatIsCapturedWithOtherDigits_IsNotShown()
    {
        await using var service = await HttpTarget.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/second" ? 404 : 200;
            return context.Response.WriteAsync("""{"pin":4.04e2}""");
        });
        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            steps:
              - { name: first, kind: http, url: "{{service.Url}}/first", capture: { pin: json $.pin } }
              - { name: second, kind: http, url: "{{service.Url}}/second" }
            """);

        record.Reason.ShouldNotBeNull().ShouldNotContain("was 404");
        record.Step("second").Observations.Single(observation => observation.Name == "status").Value.ShouldBe("***");
    }

    [Fact]
    public async Task Run_ThatCapturesVeryMuch_EndsAndHidesIt()
    {
        // Each try of the step is given a new token; tries go on until the run can hide no more of them.
        var tries = 0;
        await using var service = await HttpTarget.StartAsync(
            context => context.Response.WriteAsync($$"""{"token":"{{++tries:x8}}{{new string('t', 8000)}}"}"""));
        var record = await ScenarioSubject.RunAsync($$"""
            interval: 120s
            timeout: 120s
            steps:
              - name: poll
                kind: http
                url: {{service.Url}}
                capture: { token: json $.token }
                expect: [status == 201]
                retry: { for: 110s, every: 10ms }
            """);

        tries.ShouldBe((1024 * 1024 / 8008) + 1);
        record.Step("poll").Tries.ShouldBe(tries);
    }

    [Fact]
    public async Task Explanation_OfAServiceThatRepeatsWhatTheRunBeforeCaptured_DoesNotShowIt()
    {
        var runs = 0;
        await using var service = await HttpTarget.StartAsync(context => context.Response.WriteAsync(
            runs++ == 0 ? $$"""{"token":"{{Shop.Token}}"}""" : $$"""{"token":"other","last":"{{Shop.Token}}"}"""));
        var check = new CheckInstance(ScenarioSubject.Plan(
            $"steps: [{{ name: login, kind: http, url: '{service.Url}', capture: {{ token: json $.token }} }}]"));
        await OneRun.OfAsync(check);
        var explanation = check.Explanation = new RunExplanation();
        await OneRun.OfAsync(check);

        var body = explanation.Complete(check.Plan.Redactor).Steps.ShouldHaveSingleItem().Value.Requests[0].Body.ShouldNotBeNull();

        body.Text.ShouldBe("""{"token":"***","last":"***"}""");
        await check.DisposeAsync();
    }

    [Fact]
    public void Hidden_ValuesOfTheRunBefore_AreForgottenAfterTheNext()
    {
        var hidden = new HiddenValues();
        hidden.Begin(1);
        hidden.Add("first-try");
        hidden.Begin(1);
        hidden.Add("second-try");
        hidden.Begin(2);
        hidden.Add("next");
        hidden.Add("next");

        hidden.All.ShouldBe(["first-try", "second-try", "next"]);
        hidden.Begin(3);
        hidden.All.ShouldBe(["next"]);
    }

    [Theory]
    [InlineData(999, 3, false)]
    [InlineData(1000, 3, true)]
    [InlineData(127, 8192, false)]
    [InlineData(128, 8192, true)]
    public void Hidden_Values_AreBounded(int count, int length, bool isFull)
    {
        var hidden = new HiddenValues();
        for (var i = 0; i < count; i++)
        {
            hidden.Add($"{i:d3}{new string('x', length - 3)}");
        }

        hidden.IsFull.ShouldBe(isFull);
    }
}
