using System.Globalization;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Reload;

/// <summary>Series and counters over a reload.</summary>
public sealed class ReloadMetricsTests : ReloadingAgent
{
    [Fact]
    public async Task Post_AnotherConfiguration_LeavesNoSeriesOfWhatIsGone()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        (await MetricsAsync()).ShouldContain(
            """health_check_duration_seconds_count{health_check_group="old",health_check_kind="memory",health_check_name="goes","""
                + """health_check_tier="dependency"} 1""");

        await ReloadAsync(ThreeOthers);

        var text = await MetricsAsync();
        text.ShouldNotContain("\"goes\"");
        text.ShouldNotContain("group/old");
        text.ShouldContain("health_check_name=\"stays\"");
        text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBe(
            text.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count());

        // What counts starts over with the series, and a run more is one.
        Sample(text, "health_check_executions_total", "stays").ShouldBe(0);
        Agent.Record("stays", "P");
        Agent.Clock.Advance(TimeSpan.FromSeconds(1));
        Sample(await MetricsAsync(), "health_check_executions_total", "stays").ShouldBe(1);
        Sample(await MetricsAsync(), "health_check_duration_seconds_count", "stays").ShouldBe(1);
    }

    [Fact]
    public async Task Post_AChangeThatLeavesTheSeries_LetsCountersGoOn()
    {
        await StartAsync(Three);
        await HealthyAsync("stays", "changes", "goes");
        Agent.Record("stays", "PP");

        await ReloadAsync(Three.Replace(
            "name: changes, kind: memory, interval: 1h", "name: changes, kind: memory, interval: 2h", StringComparison.Ordinal));

        var text = await MetricsAsync();
        Sample(text, "health_check_executions_total", "stays").ShouldBe(3);
        Sample(text, "health_check_duration_seconds_count", "stays").ShouldBe(3);
    }

    [Fact]
    public async Task Post_ACheckThatIsNew_HasItsFirstRunInAllMetrics()
    {
        await StartAsync(Three);

        for (var i = 0; i < 100; i++)
        {
            var name = $"goes-{i}";
            await ReloadAsync(Three.Replace("goes", name, StringComparison.Ordinal));
            await HealthyAsync(name);
            // The loop has another turn only once the run is recorded with all that follows from it.
            await Agent.Services.GetRequiredService<Worker>().ReplaceAsync(Agent.Store.Current.Plan);
            var text = await MetricsAsync();
            Sample(text, "health_check_executions_total", name).ShouldBe(1);
            Sample(text, "health_check_duration_seconds_count", name).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Post_OverAndOver_AlwaysHasAllMetrics()
    {
        // OpenTelemetry has room for 1,000 instruments: those of generations that are gone must not use it up.
        var often = Three.Replace(
            "stays, kind: memory, interval: 1h, timeout: 1h", "stays, kind: memory, interval: 1s, timeout: 1s", StringComparison.Ordinal);
        await StartAsync(often);
        var types = Types(await MetricsAsync());

        for (var i = 0; i < 1000; i++)
        {
            (await ReloadAsync(often.Replace("goes", $"goes-{i}", StringComparison.Ordinal))).Status.ShouldBe(200);
        }

        await HealthyAsync("goes-999", "stays", "changes");
        await Agent.Services.GetRequiredService<Worker>().ReplaceAsync(Agent.Store.Current.Plan);
        var text = await MetricsAsync();
        types.Except(Types(text), StringComparer.Ordinal).ShouldBeEmpty();
        text.Split('\n').Count(line => line.StartsWith("health_check_up{", StringComparison.Ordinal)).ShouldBe(3);
        text.ShouldNotContain("otel_metric_overflow");
        text.ShouldNotContain("goes-998");
    }

    private static double Sample(string text, string metric, string check) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(metric + "{", StringComparison.Ordinal)
            && line.Contains($"health_check_name=\"{check}\"", StringComparison.Ordinal)).Split(' ')[^1],
        CultureInfo.InvariantCulture);

    // Some of .NET's own are there only once something happened, such as an exception anywhere in the process.
    private static IReadOnlyList<string> Types(string text) =>
    [
        .. text.Split('\n').Where(
            line => line.StartsWith("# TYPE", StringComparison.Ordinal) && !line.StartsWith("# TYPE dotnet_", StringComparison.Ordinal)),
    ];
}
