using System.Diagnostics.Metrics;
using System.Reflection;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Instruments;

/// <summary>Which instruments there are, with kind and unit.</summary>
public sealed class InstrumentsTests
{
    private static readonly CheckPlan Check = Plans.Check(
        "db", Tier.Dependency, group: "orders", interval: TimeSpan.FromSeconds(15), kind: HttpCheck.Kind,
        labels: new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "payments" }) with
    { Objective = 0.999 };

    [Theory]
    [InlineData("health_check.status", typeof(ObservableUpDownCounter<int>), null)]
    [InlineData("health_check.up", typeof(ObservableGauge<int>), null)]
    [InlineData("health_check.duration", typeof(Histogram<double>), "s")]
    [InlineData("health_check.executions", typeof(ObservableCounter<long>), "{run}")]
    [InlineData("health_check.transitions", typeof(ObservableCounter<long>), "{transition}")]
    [InlineData("health_check.last_completed.timestamp", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.interval", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.status_since.timestamp", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.certificate.not_after.timestamp", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.value", typeof(ObservableGauge<double>), null)]
    [InlineData("health_check.phase.duration", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.step.duration", typeof(ObservableGauge<double>), "s")]
    [InlineData("health_check.step.error", typeof(ObservableGauge<int>), null)]
    [InlineData("health_check.info", typeof(ObservableGauge<int>), null)]
    [InlineData("health_check.error", typeof(ObservableGauge<int>), null)]
    [InlineData("health_check.objective", typeof(ObservableGauge<double>), null)]
    [InlineData("health_agent.rollup.status", typeof(ObservableUpDownCounter<int>), null)]
    [InlineData("health_agent.scheduler.lag", typeof(Histogram<double>), "s")]
    [InlineData("health_agent.scheduler.running", typeof(ObservableUpDownCounter<int>), "{run}")]
    [InlineData("health_agent.memory.used", typeof(ObservableUpDownCounter<long>), "By")]
    [InlineData("health_agent.memory.limit", typeof(ObservableUpDownCounter<long>), "By")]
    [InlineData("health_agent.memory.waits", typeof(ObservableCounter<long>), "{wait}")]
    [InlineData("health_agent.memory.failures", typeof(ObservableCounter<long>), "{failure}")]
    [InlineData("health_agent.scheduler.skipped", typeof(ObservableCounter<long>), "{run}")]
    public async Task Instruments_OfTheContract_HaveItsKindAndUnit(string name, Type kind, string? unit)
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);

        var instrument = meters.Instruments[name];

        instrument.ShouldBeOfType(kind);
        instrument.Unit.ShouldBe(unit);
        instrument.Description.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Instruments_Altogether_AreThoseOfTheList()
    {
        await using var agent = await AgentServer.StartAsync(Check);
        using var meters = new MeterReading(agent.Store);

        var listed = typeof(Names.Metrics).GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic)
            .Select(field => (string)field.GetRawConstantValue()!);

        meters.Instruments.Keys.ShouldBe(listed, ignoreOrder: true);
    }
}
