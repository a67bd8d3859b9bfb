using Xunit.Sdk;
using Xunit.v3;

namespace HealthAgent.Integration.Support;

/// <summary>Starts first what waits for minutes, so that all else runs beside it; the rest stays in its order.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [nameof(DaguFunctionTests), nameof(AlertingTests), nameof(DaguTests), nameof(AgentOutboxTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections) where T : ITestCollection =>
        [.. testCollections.OrderByDescending(static collection => Longest.Any(
            name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)))];
}
