using HealthAgent.State;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Scenarios against a real HTTP shop: what they find, and how they say it.</summary>
public sealed class ScenarioTests : IAsyncLifetime
{
    private Shop _shop = null!;

    public async ValueTask InitializeAsync() => _shop = await Shop.OpenAsync();

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task Run_ShopThatWorks_PassesAndLeavesNothing()
    {
        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        (record.Reason, record.Result).ShouldBe((null, Result.Pass));
        record.Verdict.Steps.Select(step => (step.Name, step.Outcome, step.IsCleanup, step.Tries)).ShouldBe(
        [
            ("login", StepOutcome.Pass, false, 1), ("order", StepOutcome.Pass, false, 1), ("stored", StepOutcome.Pass, false, 1),
            ("cancel", StepOutcome.Pass, true, 1),
        ]);
        _shop.Orders.ShouldBeEmpty();
        record.Verdict.Observations.Select(observation => observation.Name).ShouldContain(name => name == "order.firstByte");
        record.Verdict.Observations.Where(observation => observation.Name.Contains('.', StringComparison.Ordinal))
            .ShouldAllBe(observation => observation.Meaning == ObservationMeaning.Phase);
    }

    [Fact]
    public async Task Run_OrderThatIsNotStored_NamesTheStepAndCleansUp()
    {
        _shop.Stores = false;

        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        record.Result.ShouldBe(Result.Fail);
        record.ErrorType.ShouldBe(ErrorType.UnexpectedStatus);
        record.Reason.ShouldBe(
            "step 'stored' failed: status in 200..299: was 404; cleanup 'cancel' failed: status in 200..299: was 404");
        record.Step("cancel").Outcome.ShouldBe(StepOutcome.Fail);
    }

    [Fact]
    public async Task Run_LoginThatFails_SkipsTheOthersAndSaysSo()
    {
        _shop.Password = "other";

        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        record.Reason.ShouldBe("step 'login' failed: status == 200: was 401");
        record.Verdict.Steps.Select(step => (step.Name, step.Outcome, step.Reason)).ShouldBe(
        [
            ("login", StepOutcome.Fail, "status == 200: was 401"),
            ("order", StepOutcome.Skipped, "step 'login' failed"),
            ("stored", StepOutcome.Skipped, "step 'login' failed"),
            ("cancel", StepOutcome.Skipped, "'id' was not captured by step 'order', so there is nothing to clean up"),
        ]);
    }

    [Fact]
    public async Task Run_CleanupThatFails_IsAWarning()
    {
        _shop.Cancels = false;

        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        record.Result.ShouldBe(Result.Warn);
        record.ErrorType.ShouldBeNull();
        record.Reason.ShouldBe("cleanup 'cancel' failed: status in 200..299: was 500");
    }

    [Fact]
    public async Task Run_CleanupAfterAFailThatFails_HidesNothing()
    {
        (_shop.Total, _shop.Cancels) = (7, false);

        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        record.ErrorType.ShouldBe(ErrorType.Expectation);
        record.Reason.ShouldBe("step 'order' failed: json $.total == 5: was 7; cleanup 'cancel' failed: status in 200..299: was 500");
    }

    [Fact]
    public async Task Run_StepThatFailsAfterItCreatedSomething_IsCleanedUp()
    {
        _shop.Total = 7;

        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        record.Reason.ShouldBe("step 'order' failed: json $.total == 5: was 7");
        record.Step("cancel").Outcome.ShouldBe(StepOutcome.Pass);
        _shop.Orders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WhatIsCaptured_IsShownNowhere()
    {
        (_shop.Total, _shop.Echoes) = (7, true);
        var record = await ScenarioSubject.RunAsync(_shop.Scenario);

        var text = RunRecordText(record);

        text.ShouldNotContain(Shop.Token);
        text.ShouldNotContain(Shop.Session);
        text.ShouldNotContain("order-1");
        text.ShouldContain("***");
    }

    [Fact]
    public async Task Run_WhatIsCapturedToBeShown_IsAnObservationOfItsStep()
    {
        var record = await RunWithAsync("id: json $.id", "id: { from: json $.id, show: true }");

        record.Step("order").Observations.Single(observation => observation.Name == "id").Value.ShouldBe("order-1");
        record.Verdict.Observations.ShouldNotContain(observation => observation.Name == "id");
    }

    [Fact]
    public async Task Run_CaptureThatFindsNothing_FailsTheStep()
    {
        var record = await RunWithAsync("token: json $.token", "token: json $.jwt");

        record.ErrorType.ShouldBe(ErrorType.Expectation);
        record.Reason.ShouldBe("step 'login' failed: 'token' was not found: json $.jwt has no single value");
    }

    [Fact]
    public async Task Run_StepThatIsRetried_IsTriedUntilItPasses()
    {
        _shop.StoresAfter = 3;

        var record = await RunWithAsync("# retry", "retry: { for: 3s, every: 10ms }");

        (record.Reason, record.Step("stored").Tries).ShouldBe((null, 4));
    }

    [Fact]
    public async Task Run_StepThatIsRetriedInVain_SaysHowOften()
    {
        _shop.Stores = false;

        var record = await RunWithAsync("# retry", "retry: { for: 100ms, every: 40ms }");

        record.Reason.ShouldNotBeNull().ShouldMatch("^step 'stored' failed in [1-3] tries within .*: status in 200..299: was 404");
    }

    [Fact]
    public async Task Run_StepThatHangs_TimesOutAndCleanupRuns()
    {
        _shop.Hangs = true;

        var record = await RunWithAsync("timeout: 10s", "timeout: 2s");

        record.ErrorType.ShouldBe(ErrorType.Timeout);
        record.Reason.ShouldNotBeNull().ShouldStartWith("step 'stored' failed: timed out while");
        record.Step("cancel").Outcome.ShouldBe(StepOutcome.Pass);
        record.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        _shop.Orders.ShouldBeEmpty();
    }

    private Task<RunRecord> RunWithAsync(string written, string instead) =>
        ScenarioSubject.RunAsync(_shop.Scenario.Replace(written, instead, StringComparison.Ordinal));

    private static string RunRecordText(RunRecord record)
    {
        using var memory = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(memory))
        {
            RunRecordJson.Write(json, record);
        }

        return System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }
}
