using System.Diagnostics.Metrics;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

/// <summary>What is logged and counted of export.</summary>
public sealed class ExportStatusTests : Exporting
{
    [Fact]
    public void Trouble_ThatComesAndGoes_IsLoggedOnceInAWhile()
    {
        for (var second = 0; second < 1000; second++)
        {
            Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");
            Clock.Advance(TimeSpan.FromSeconds(1));
            Status.Succeeded(ExportSignals.Logs);
        }

        Health.FailingFor.ShouldBe(TimeSpan.Zero);
        Log.Records.Select(line => line.Message.Split(' ')[4])
            .ShouldBe(["to", "recovered", "to", "recovered", "to", "recovered", "to", "recovered"]);
    }

    [Fact]
    public void Counts_OnAnotherMeter_BeginAtZero()
    {
        Status.Expect(ExportSignals.Logs);
        Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");
        using var next = new Meter(new MeterOptions(Names.Source) { Scope = Clock });

        Status.PublishOn(next);
        Status.Failed(ExportSignals.Logs, ErrorType.Timeout, "no answer", "http://collector");

        using var meters = new MeterReading(Clock);
        Own(meters, Names.Metrics.ExportFailures)
            .ShouldBe(["health_agent.export.signal=logs 0", "error.type=timeout health_agent.export.signal=logs 1"]);
    }
}
