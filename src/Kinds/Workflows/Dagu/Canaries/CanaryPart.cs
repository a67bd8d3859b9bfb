using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Canaries;

/// <summary>
/// Runs a DAG by each way through to success. Of each way there is one run at most: while an earlier one is queued or running, no other is
/// started, so that a check that is killed or whose Dagu stands still leaves no pile of them.
/// </summary>
internal sealed class CanaryPart(CanarySettings settings, TimeProvider clock) : IDaguPart
{
    private const string Reason = "canary.reason";

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Functional,
        Values =
        [
            .. CanaryWays.Words.Values.Select(way => new ObservedValue(
                ValueOf(way), ObservedType.Duration, $"the canary run by `{way.Name()}`, until it had succeeded") { IsPhase = true }),
            new("canary.queued", ObservedType.Duration, "how long the run by `enqueue` waited in its queue, in whole seconds"),
            new("canary.failed", ObservedType.Number, "canary runs that did not succeed in time") { ExplainedBy = Reason },
            new(Reason, ObservedType.Text, "which of them, and why"),
        ],
        Expect = ["canary.failed == 0"],
        Create = static (dagu, clock) => dagu.Functional.Canary is { } canary ? new CanaryPart(canary, clock) : null,
    };

    private readonly CanaryRuns _runs = new(settings);

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        var failures = new List<(string Reason, string Section)>();
        foreach (var way in settings.Ways)
        {
            if (await FindFailureAsync(run, way, cancellationToken) is var (reason, section))
            {
                failures.Add(($"canary by {way.Name()}: {reason}", section));
            }
        }

        run.Note("canary.failed", failures.Count);
        if (failures is [var first, ..])
        {
            run.Note(Reason, DaguRunbook.With(string.Join("; ", failures.Select(failure => failure.Reason)), first.Section));
        }
    }

    private async Task<(string Reason, string Section)?> FindFailureAsync(DaguRun run, CanaryWay way, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var earlier = await _runs.EarlierAsync(run, way, cancellationToken);
        if (earlier is not null && run.ServerNow - earlier.Created is var age && age > settings.Within)
        {
            var reason = $"an earlier run is still {earlier.Label} after {DaguTime.Words(age)} ({earlier.Id}), so no other was started";
            return With(reason, await _runs.CauseAsync(run, earlier, cancellationToken));
        }

        // One that is younger was started by another agent, or just before this one was restarted.
        var id = earlier?.Id ?? await _runs.StartAsync(run, way, cancellationToken);
        var patience = new CanaryPatience(clock, began, settings.Within);
        CanaryRun? seen;
        do
        {
            seen = await _runs.FindAsync(run, id, cancellationToken);
        }
        while (IsUnderWay(seen, isOfAnother: earlier is not null) && await patience.PauseAsync(cancellationToken));

        switch (seen)
        {
            // An agent of an earlier version deletes it once it has succeeded.
            case null when earlier is not null:
                run.Note(ValueOf(way), clock.GetElapsedTime(began));
                return null;
            case null:
                return ($"Dagu accepted the run {id} but does not list it", DaguRunbook.Canary);
            case { IsLive: true }:
                var waited = $"still {seen.Label} after {Units.Format(settings.Within)} ({id})";
                return With(waited, await _runs.CauseAsync(run, seen, cancellationToken));
            case { HasSucceeded: false }:
                return With($"the run {seen.Label} ({id})", await _runs.ErrorAsync(run, seen, cancellationToken));
        }

        run.Note(ValueOf(way), clock.GetElapsedTime(began));
        if (way == CanaryWay.Enqueue && seen.Started - seen.Created is { } queued)
        {
            run.Note("canary.queued", queued);
        }

        return null;
    }

    // One that was just started may not be listed yet; one of another agent was listed before.
    private static bool IsUnderWay(CanaryRun? seen, bool isOfAnother) => seen?.IsLive ?? !isOfAnother;

    private static (string Reason, string Section) With(string reason, (string Cause, string Section) cause) =>
        (reason + cause.Cause, cause.Section);

    private static string ValueOf(CanaryWay way) => $"canary.{way.Name()}";
}
