using HealthAgent.Instruments;
using HealthAgent.Kinds.Host;
using HealthAgent.Memory;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Kinds.Host;

public sealed class SelfCheckTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Self_WhoseTelemetryGetsOut_Passes()
    {
        var export = new ExportHealth(_clock);
        export.Expect("logs");

        var judgement = await JudgeAsync(export);

        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observed("exportFailing").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Self_WithoutExport_SaysNothingOfIt() =>
        (await JudgeAsync(new ExportHealth(_clock))).Observed("exportFailing").ShouldBeNull();

    [Theory]
    [InlineData(30, Result.Pass)]
    [InlineData(31, Result.Warn)]
    public async Task Self_WhoseTelemetryHasNotGotOutForAWhile_IsDegradedAndSaysWhy(int seconds, Result result)
    {
        var export = new ExportHealth(_clock);
        export.Expect("traces");
        export.Failed("logs", "Connection refused");
        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        export.Failed("logs", "no answer within 10s");
        _clock.Advance(TimeSpan.FromSeconds(1));

        var judgement = await JudgeAsync(export);

        judgement.Result.ShouldBe(result);
        judgement.Observed("exportTrouble").ShouldBe("logs: no answer within 10s");
    }

    [Fact]
    public async Task Self_WhoseTelemetryGetsOutAgain_Passes()
    {
        var export = new ExportHealth(_clock);
        export.Failed("logs", "Connection refused");
        _clock.Advance(TimeSpan.FromMinutes(5));

        export.Succeeded("logs").ShouldBe(TimeSpan.FromMinutes(5));

        (await JudgeAsync(export)).Result.ShouldBe(Result.Pass);
    }

    private static async Task<CheckVerdict> JudgeAsync(ExportHealth export)
    {
        var plan = Configured.Plan("kind: self");
        var check = new SelfCheck(new SchedulerPulse(TimeProvider.System), export, new BodyMemory(1000), TimeProvider.System);
        return CheckVerdict.Of(plan, await check.CheckHealthAsync(
            new HealthCheckContext { Registration = plan.Registration }, CancellationToken.None), TimeSpan.Zero);
    }
}
