using System.Diagnostics.Metrics;

namespace HealthAgent.Vocabulary;

/// <summary>Whoever has something to measure.</summary>
internal interface IMetricsSource
{
    /// <summary>
    /// Creates its instruments on a meter, and measures on this one alone from now on. What counts begins at zero: those who
    /// collect believe that a counter's value has come about since its meter began.
    /// </summary>
    void PublishOn(Meter meter);
}
