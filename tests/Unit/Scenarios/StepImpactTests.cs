using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What a fail of a step does to the scenario, by its impact.</summary>
public sealed class StepImpactTests : IAsyncLifetime
{
    private HttpTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await HttpTarget.StartAsync(context =>
    {
        context.Response.StatusCode = context.Request.Path == "/down" ? 503 : 200;
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    [Theory]
    [InlineData("critical", Result.Fail, "step 'first' failed: status in 200..299: was 503", StepOutcome.Skipped)]
    [InlineData("degrading", Result.Warn, "step 'first' failed: status in 200..299: was 503", StepOutcome.Pass)]
    [InlineData("none", Result.Pass, null, StepOutcome.Pass)]
    internal async Task Step_ThatFails_DoesWhatItsImpactSays(string impact, Result result, string? reason, StepOutcome next)
    {
        var record = await RunAsync($"impact: {impact}", "url: URL/up", "url: URL/up");

        (record.Result, record.Reason).ShouldBe((result, reason));
        record.ErrorType.ShouldBe(result == Result.Fail ? ErrorType.UnexpectedStatus : null);
        record.Verdict.Steps.Select(step => step.Outcome).ShouldBe([StepOutcome.Fail, next, StepOutcome.Pass]);
    }

    [Theory]
    [InlineData("critical", Result.Fail, "cleanup 'undo' failed: status in 200..299: was 503")]
    [InlineData("none", Result.Pass, null)]
    internal async Task Cleanup_ThatFails_DoesWhatItsImpactSays(string impact, Result result, string? reason)
    {
        var record = await RunAsync("expect: [status == 503]", "url: URL/up", $"url: URL/down\n    impact: {impact}");

        (record.Result, record.Reason).ShouldBe((result, reason));
    }

    [Fact]
    public async Task Failures_OfAnyImpact_AreAllNamed()
    {
        var record = await RunAsync("impact: degrading", "url: URL/up\n    expect: [status == 201]", "url: URL/down\n    impact: critical");

        record.Reason.ShouldBe(
            "step 'first' failed: status in 200..299: was 503; step 'second' failed: status == 201: was 200; "
            + "cleanup 'undo' failed: status in 200..299: was 503");
    }

    [Fact]
    public async Task Step_ThatNeedsWhatADegradingOneDidNotCapture_SaysSo()
    {
        var record = await RunAsync(
            "impact: degrading\n    capture: { id: header X-Id }", "url: URL/${steps.first.id}", "url: URL/${steps.first.id}");

        record.Reason.ShouldNotBeNull().ShouldEndWith("; step 'second' failed: url: the step 'first' captured no 'id'");
        record.Step("undo").Outcome.ShouldBe(StepOutcome.Skipped);
    }

    private Task<RunRecord> RunAsync(string first, string second, string cleanup) => ScenarioSubject.RunAsync($"""
        timeout: 10s
        steps:
          - name: first
            kind: http
            url: URL/down
            {first}
          - name: second
            kind: http
            {second}
        cleanup:
          - name: undo
            kind: http
            {cleanup}
        """.Replace("URL", _target.Url, StringComparison.Ordinal));
}
