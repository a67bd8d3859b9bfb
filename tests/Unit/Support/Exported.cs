using System.Diagnostics;
using OpenTelemetry;

namespace HealthAgent.Unit.Support;

/// <summary>Stands at the end of the processors, where the exporter does.</summary>
internal sealed class Exported : BaseProcessor<Activity>
{
    /// <summary>What arrived, in order.</summary>
    public List<Activity> Spans { get; } = [];

    /// <inheritdoc />
    public override void OnEnd(Activity data) => Spans.Add(data);
}
