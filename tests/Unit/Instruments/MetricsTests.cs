using System.Globalization;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Instruments;

public sealed class MetricsTests
{
    private static readonly CheckPlan Check = Plans.Check(
        "db", Tier.Dependency, group: "orders", interval: TimeSpan.FromSeconds(15), kind: HttpCheck.Kind,
        labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" }) with
    { Objective = 0.999 };

    [Fact]
    public async Task Measurements_OfACheck_AllCarryItsAttributesAndLabels()
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);
        agent.Record("db", Plans.Outcome(Result.Pass));
        var failed = Plans.Outcome(
            Result.Fail,
            evidence: [new("status", 500), new("connect", TimeSpan.FromSeconds(1)), new("certificate.notAfter", Plans.Start)]);
        StepRecord[] steps =
        [
            new("login", "http", StepOutcome.Fail, ErrorType.Tls, "it ends", TimeSpan.FromSeconds(2), IsCleanup: false, Tries: 1, [], []),
            StepRecord.Skipped("order", "http", isCleanup: false, "step 'login' failed"),
        ];
        agent.Record("db", failed with { Verdict = failed.Verdict with { Steps = [.. steps] } });

        var measured = meters.Read().Where(one => one.Instrument.StartsWith("health_check.", StringComparison.Ordinal)).ToList();

        measured.Select(one => one.Instrument).Distinct(StringComparer.Ordinal).ShouldBe(
            meters.Instruments.Keys.Where(name => name.StartsWith("health_check.", StringComparison.Ordinal)), ignoreOrder: true);
        measured.ShouldAllBe(one => one.Attributes["health_check.name"] == "db" && one.Attributes["health_check.kind"] == "http"
            && one.Attributes["health_check.tier"] == "dependency" && one.Attributes["health_check.group"] == "orders"
                && one.Attributes["team"] == "payments");
        measured.Where(one => one.Instrument == "health_check.step.duration").ShouldHaveSingleItem().Attributes["health_check.step"]
            .ShouldBe("login");
        var error = measured.Where(one => one.Instrument == "health_check.step.error").ShouldHaveSingleItem();
        (error.Attributes["health_check.step"], error.Attributes["error.type"], error.Value).ShouldBe(("login", "tls", 1));
    }

    [Theory]
    [InlineData("", "unknown")]
    [InlineData("P", "healthy")]
    [InlineData("WWW", "degraded")]
    [InlineData("FFF", "unhealthy")]
    public async Task Status_OfACheck_IsOneInExactlyOneStateOfFour(string outcomes, string state)
    {
        var measured = await MeasureAsync("health_check.status", outcomes);

        measured.Order(StringComparer.Ordinal).ShouldBe(
            new[] { "degraded", "healthy", "unhealthy", "unknown" }.Select(one => $"health_check.state={one} {(one == state ? 1 : 0)}"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("FF", null)]
    [InlineData("P", "1")]
    [InlineData("WWW", "1")]
    [InlineData("FFF", "0")]
    public async Task Up_OfACheck_IsAbsentWhileItIsUnknown(string outcomes, string? value) =>
        (await MeasureAsync("health_check.up", outcomes)).ShouldBe(value is null ? [] : [" " + value]);

    [Fact]
    public async Task Executions_OfACheck_AreCountedByOutcomeAndErrorType() =>
        (await MeasureAsync("health_check.executions", "PPFWPF")).Order(StringComparer.Ordinal).ShouldBe(
            ["error.type=timeout health_check.outcome=fail 2", "health_check.outcome=pass 3", "health_check.outcome=warn 1"]);

    [Theory]
    [InlineData("health_check.transitions", "", "0")]
    [InlineData("health_check.transitions", "PFFFP", "3")]
    [InlineData("health_check.interval", "", "15")]
    [InlineData("health_check.objective", "", "0.999")]
    [InlineData("health_check.status_since.timestamp", "", "1772366400")]
    [InlineData("health_check.last_completed.timestamp", "P", "1772366400.005")]
    public async Task Gauges_OfACheck_HaveOneSeries(string instrument, string outcomes, string value) =>
        (await MeasureAsync(instrument, outcomes)).ShouldBe([" " + value]);

    [Theory]
    [InlineData("health_check.last_completed.timestamp")]
    [InlineData("health_check.executions")]
    [InlineData("health_check.duration")]
    [InlineData("health_check.value")]
    [InlineData("health_check.phase.duration")]
    [InlineData("health_check.error")]
    [InlineData("health_check.certificate.not_after.timestamp")]
    public async Task WhatTellsOfRuns_BeforeTheFirstRun_IsAbsent(string instrument) => (await MeasureAsync(instrument, "")).ShouldBeEmpty();

    [Theory]
    [InlineData("FFF", "error.type=timeout 1")]
    [InlineData("FFFP", null)]
    [InlineData("W", null)]
    public async Task Error_OfACheck_IsThatOfTheLatestRunWhileItFailed(string outcomes, string? error) =>
        (await MeasureAsync("health_check.error", outcomes)).ShouldBe(error is null ? [] : [error]);

    [Fact]
    public async Task Info_OfACheck_TellsItsImpact() =>
        (await MeasureAsync("health_check.info", "")).ShouldBe(["health_check.impact=critical 1"]);

    [Fact]
    public async Task Values_OfTheLatestRun_AreItsNumbersWithDurationsInSeconds()
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);
        agent.Record("db", Plans.Outcome(
            Result.Pass, evidence:
            [
                new("latency", TimeSpan.FromSeconds(2)), new(
                    "certificate.expiresIn",
                    TimeSpan.FromDays(1)), new("connect", TimeSpan.FromMilliseconds(250)), new("value", 81L), new("ratio", 0.5),
                new("text", "no number"), new("chain.notAfter", Plans.Start), new(
                    "certificate.notAfter", Plans.Start + TimeSpan.FromDays(1)), new("restartedAt", Plans.Start),
            ]));

        var measured = meters.Read();

        Told(measured, "health_check.value")
            .ShouldBe(["health_check.value.name=certificate.expiresIn 86400", "health_check.value.name=value 81",
            "health_check.value.name=ratio 0.5"], ignoreOrder: true);
        Told(measured, "health_check.phase.duration").ShouldBe(["health_check.phase=connect 0.25"]);
        Told(measured, "health_check.certificate.not_after.timestamp").ShouldBe([" 1772452800"]);
    }

    [Fact]
    public async Task Duration_OfEachRun_IsRecordedWithTheErrorTypeOfFails()
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);
        agent.Record("db", Plans.Outcome(Result.Pass, duration: TimeSpan.FromMilliseconds(20)));
        agent.Record("db", Plans.Outcome(Result.Fail, ErrorType.ConnectionRefused, duration: TimeSpan.FromMilliseconds(1)));

        Told(meters.Read(), "health_check.duration").ShouldBe([" 0.02", "error.type=connection_refused 0.001"]);
    }

    [Fact]
    public async Task RollUps_AreAllThere_EachOneInExactlyOneState()
    {
        await using var agent = await AgentServer.StartAsync(Check, Plans.Check("buys", Tier.Functional, Impact.Degrading));
        using var meters = new MeterReading(agent.Store);
        agent.Record("db", "P");
        agent.Record("buys", "FFF");

        var measured = meters.Read().Where(one => one.Instrument == "health_agent.rollup.status").ToList();

        measured.Count.ShouldBe(4 * measured.Select(one => one.Attributes["health_agent.rollup"]).Distinct(StringComparer.Ordinal).Count());
        measured.Where(one => one.Value == 1)
            .Select(one => $"{one.Attributes["health_agent.rollup"]} {one.Attributes["health_check.state"]}").ShouldBe(
            [
                "livez healthy", "readyz healthy", "startupz healthy", "light healthy", "full degraded",
                "tier/liveness healthy", "tier/dependency healthy", "tier/functional degraded", "group/orders healthy",
            ]);
    }

    private static async Task<IReadOnlyList<string>> MeasureAsync(string instrument, string outcomes)
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);
        agent.Record("db", outcomes);
        return Told(meters.Read(), instrument);
    }

    private static List<string> Told(IEnumerable<Measured> measured, string instrument) =>
        [.. measured.Where(one => one.Instrument == instrument)
            .Select(one => $"{one.Own} {one.Value.ToString(CultureInfo.InvariantCulture)}")];
}
