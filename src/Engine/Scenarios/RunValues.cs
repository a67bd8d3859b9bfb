using System.Globalization;
using HealthAgent.Expectations;
using HealthAgent.Settings;

namespace HealthAgent.Scenarios;

/// <summary>What each try of a run has of its own, for names of what it creates: <c>${run.id}</c> and the time at which it began.</summary>
internal static class RunValues
{
    /// <summary>The values by the names that follow <c>run.</c>; no secrets.</summary>
    /// <param name="now">When the try begins.</param>
    public static IReadOnlyDictionary<StepReference, CapturedValue> At(DateTimeOffset now) => new Dictionary<StepReference, CapturedValue>
    {
        [new("", "id")] = new(Guid.NewGuid().ToString(), ObservedType.Text),
        [new("", "time")] = new(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ObservedType.Text),
        [new("", "timestamp")] = new(now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ObservedType.Number),
    };
}
