using HealthAgent.Integration.Kinds.Workflows;
using HealthAgent.Integration.Packaging;
using HealthAgent.Integration.Prometheus;
using HealthAgent.Integration.Telemetry;
using Xunit.Sdk;
using Xunit.v3;

namespace HealthAgent.Integration;

/// <summary>Starts first what takes minutes, so that all else runs beside it; the rest stays in its order.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
        [nameof(DaguFunctionTests), nameof(DebianPackageTests), nameof(AlertingTests), nameof(DaguTests), nameof(AgentOutboxTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections) where T : ITestCollection =>
        [.. testCollections.OrderBy(static collection => PlaceOf(collection.TestCollectionDisplayName))];

    private static int PlaceOf(string collection)
    {
        var place = Array.FindIndex(Longest, name => collection.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
