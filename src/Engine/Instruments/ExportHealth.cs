using System.Collections.Concurrent;

namespace HealthAgent.Instruments;

/// <summary>
/// For how long telemetry has not been exported. Exporters report how it goes, the <c>self</c> check listens:
/// an agent that nobody hears any more should say so where it still is heard.
/// </summary>
internal sealed class ExportHealth(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Failing?> _signals = new(StringComparer.Ordinal);

    /// <summary>Whether anything is sent at all.</summary>
    public bool IsInUse => !_signals.IsEmpty;

    /// <summary>How long the signal that fails longest has failed; zero when none does.</summary>
    public TimeSpan FailingFor => FailingNow().Select(one => clock.GetElapsedTime(one.Failing.Since)).DefaultIfEmpty().Max();

    /// <summary>What fails and why, in words; null when nothing does.</summary>
    public string? Trouble => FailingNow().ToList() is { Count: > 0 } failing
        ? string.Join("; ", failing
            .OrderBy(one => one.Signal, StringComparer.Ordinal)
            .Select(one => $"{one.Signal}: {one.Failing.Trouble}"))
        : null;

    /// <summary>A signal is sent from now on.</summary>
    public void Expect(string signal) => _signals.TryAdd(signal, null);

    /// <summary>An attempt to send failed.</summary>
    public void Failed(string signal, string trouble) =>
        _signals[signal] = new Failing(_signals.GetValueOrDefault(signal)?.Since ?? clock.GetTimestamp(), trouble);

    /// <summary>An attempt to send got through. Returns for how long none had; null when the last one had, too.</summary>
    public TimeSpan? Succeeded(string signal)
    {
        if (_signals.GetValueOrDefault(signal) is not { } failing)
        {
            return null;
        }

        _signals[signal] = null;
        return clock.GetElapsedTime(failing.Since);
    }

    private IEnumerable<(string Signal, Failing Failing)> FailingNow() =>
        _signals.Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!));

    private sealed record Failing(long Since, string Trouble);
}
