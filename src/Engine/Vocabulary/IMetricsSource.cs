using System.Diagnostics.Metrics;

namespace HealthAgent.Vocabulary;

/// <summary>A component with instruments of its own.</summary>
internal interface IMetricsSource
{
    /// <summary>
    /// Creates its instruments on a meter and from then on records on this one only. Counters restart at zero, since collectors take a
    /// counter's value as accumulated since its meter was created.
    /// </summary>
    void PublishOn(Meter meter);
}
