using HealthAgent.Checks;
using HealthAgent.Expectations;

namespace HealthAgent.Kinds.Workflows.Dagu.Dependencies;

/// <summary>The host of the web server: its clock, and the disk that holds Dagu's data.</summary>
internal sealed class ServerPart(TimeProvider clock) : IDaguPart
{
    private const string DiskReason = "disk.reason", ClockReason = "clockSkew.reason";

    private static readonly TimeSpan Uncertainty = TimeSpan.FromSeconds(0.5);

    /// <summary>What it observes.</summary>
    public static readonly DaguConcern Concern = new()
    {
        Tier = Tier.Dependency,
        Values =
        [
            new("clockSkew", ObservedType.Duration,
                "how far Dagu's clock is at least from the agent's, in either direction; Dagu writes whole seconds")
            {
                ExplainedBy = ClockReason,
            },
            new(ClockReason, ObservedType.Text, "which clock is ahead"),
            new("disk.used", ObservedType.Percent,
                "used of the disk with Dagu's data; asked every 30 s, from version 2 for developers") { ExplainedBy = DiskReason },
            new("disk.free", ObservedType.Size, "free there; from version 2 for developers") { ExplainedBy = DiskReason },
            new(DiskReason, ObservedType.Text, "what is wrong with the disk, in words"),
        ],
        Expect = ["disk.used < 95%"],
        Warn = ["disk.used > 85%", "clockSkew > 5s"],
        Create = static (settings, clock) => new ServerPart(clock),
    };

    private readonly Paced<DaguResources?> _resources = new(clock, TimeSpan.FromSeconds(30));

    /// <inheritdoc />
    public async Task ObserveAsync(DaguRun run, CancellationToken cancellationToken)
    {
        NoteClock(run);
        var resources = await _resources.GetAsync(() => AskAsync(run, cancellationToken));
        // A reading that failed is 0. The percentage is of what Dagu may use; the total in bytes includes what is reserved for root.
        if (resources is not { Disk: [.., { Value: > 0 and var share }], DiskTotalBytes: not 0 })
        {
            return;
        }

        run.Note("disk.used", share);
        if (resources.DiskUsedBytes is { } taken)
        {
            run.Note("disk.free", Math.Round(Math.Max(0, taken * (100 / share - 1))));
        }

        run.Note(DiskReason, DaguRunbook.With("the disk with Dagu's data fills up", DaguRunbook.ServerDisk));
    }

    private static void NoteClock(DaguRun run)
    {
        if (run.ReportedTime is not { } theirs)
        {
            return;
        }

        var ahead = theirs - run.ReportedAt;
        var skew = ahead.Duration() - Uncertainty - run.RoundTrip / 2;
        run.Note("clockSkew", skew > TimeSpan.Zero ? skew : TimeSpan.Zero);
        if (skew > TimeSpan.Zero)
        {
            run.Note(ClockReason, DaguRunbook.With(
                $"Dagu's clock is {DaguTime.Words(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the agent's",
                DaguRunbook.ClockSkew));
        }
    }

    /// <summary>Not what was asked for by itself: where the role does not allow it, it is not observed.</summary>
    private static async Task<DaguResources?> AskAsync(DaguRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Api.GetAsync(
                "/services/resources/history?duration=1m", DaguShapes.Resources, DaguRole.Developer, cancellationToken);
        }
        catch (CheckFailedException e) when (e.ErrorType == ErrorType.Authorization)
        {
            return null;
        }
    }
}
