using System.Globalization;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>A check of a source: what others need to know of it, and how it becomes a plan.</summary>
internal sealed record SourcedCheck
{
    /// <summary>The name, unique among the checks of all sources.</summary>
    public required string Name { get; init; }

    /// <summary>The group that it rolls up into, if any.</summary>
    public string? Group { get; init; }

    /// <summary>Its place in a file; the default where there is none.</summary>
    public Location Where { get; init; }

    /// <summary>What errors are about, such as <c>checks[orders-db]</c>.</summary>
    public required string Path { get; init; }

    /// <summary>How messages about other checks speak of it; null for its place.</summary>
    public string? Origin { get; init; }

    /// <summary>The names of the checks that it depends on, of whichever source.</summary>
    public IReadOnlyList<LocatedText> DependsOn { get; init; } = [];

    /// <summary>
    /// Its plan under the timing given, which holds where the check says nothing. Null for one that is switched off: its name stays known,
    /// but it is not run.
    /// </summary>
    public required Func<Timing, CheckPlan>? Resolve { get; init; }

    /// <summary>A check whose plan is made already.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="origin">How messages speak of it, such as <c>a pod</c>.</param>
    public static SourcedCheck Of(CheckPlan plan, string origin) => new()
    {
        Name = plan.Name,
        Group = plan.Group,
        Path = plan.Name,
        Origin = origin,
        DependsOn = [.. plan.DependsOn.Select(parent => new LocatedText(default, parent))],
        Resolve = _ => plan,
    };

    /// <summary>Where it comes from, in words.</summary>
    public string OriginIn(IPlanSource source) =>
        Origin ?? string.Create(CultureInfo.InvariantCulture, $"{source.Name}:{Where.Line}:{Where.Column}");
}

/// <summary>A maintenance window of a source, with the places of the names that it is for.</summary>
/// <param name="Window">The window.</param>
/// <param name="Path">What errors are about, such as <c>maintenance[nightly]</c>.</param>
/// <param name="Checks">The names of checks, of whichever source.</param>
/// <param name="Groups">The names of groups, of whichever source.</param>
internal sealed record SourcedWindow(
    MaintenanceWindow Window, string Path, IReadOnlyList<LocatedText> Checks, IReadOnlyList<LocatedText> Groups);
