using HealthAgent.Expectations;
using HealthAgent.Settings;

namespace HealthAgent.Checks;

/// <summary>
/// A kind of check: what may be written for it, what it observes, and how it is made. Each kind is one file with one
/// of these, which <c>AddKinds</c> takes, and the <see cref="Microsoft.Extensions.Diagnostics.HealthChecks.IHealthCheck"/> itself.
/// </summary>
public sealed record CheckKind
{
    /// <summary>How long a run took, which every kind observes.</summary>
    internal static readonly ObservedValue Latency = new("latency", ObservedType.Duration, "how long the run took");

    /// <summary>
    /// When the certificate of the peer expires, which every kind may observe, for metrics; conditions have
    /// <c>certificate.expiresIn</c>.
    /// </summary>
    internal static readonly ObservedValue CertificateEnd =
        new("certificate.notAfter", ObservedType.Time, "when the peer's certificate expires");

    private readonly IReadOnlyList<ObservedValue> _values = [Latency];

    // Most kinds have none, and this is asked for every text of every run.
    private readonly string[] _explanations = [];

    /// <summary>The name in <c>kind:</c>, such as <c>queue-age</c>; unique.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence on what a pass proves.</summary>
    public required string Description { get; init; }

    /// <summary>The tier of checks that name none.</summary>
    public required Tier DefaultTier { get; init; }

    /// <summary>
    /// The tier of a check that names none, where its settings ask for more than the kind does by itself; null for
    /// <see cref="DefaultTier"/>. Asked before <see cref="Plan"/>; it may read declared settings, and an error is noted once.
    /// </summary>
    internal Func<SettingsReader, Tier?> DefaultTierOf { get; init; } = static _ => null;

    /// <summary>When <see cref="DefaultTierOf"/> gives another tier, for documentation, such as <c>`functional` with `x`</c>.</summary>
    internal string? DefaultTierNote { get; init; }

    /// <summary>
    /// What it looks at, in the words of <c>application/health+json</c>: <c>component</c>, <c>datastore</c> or <c>system</c>.
    /// </summary>
    internal string ComponentType { get; init; } = "component";

    /// <summary>What a run observes, by the names under which it stands in the data of its result. Conditions may refer to these and to
    /// <c>latency</c>; numbers and durations become metrics.</summary>
    public IReadOnlyList<ObservedValue> Values
    {
        get => _values;
        init
        {
            _values = [Latency, .. value];
            _explanations = [.. value.Select(static one => one.ExplainedBy).OfType<string>().Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>How many phases a run of this kind may have, each of which becomes a series.</summary>
    internal int MostPhases => _values.Count(value => value.IsPhase);

    /// <summary>How many numbers beside its phases a check of this kind may observe, each of which becomes a series.</summary>
    internal int MostNumbers { get => field > 0 ? field : _values.Count(IsSeries); init; }

    /// <summary>What the kind declares of a value by its name; null where it declares nothing.</summary>
    internal ObservedValue? FindValue(string name)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i].Name == name)
            {
                return _values[i];
            }
        }

        return name == CertificateEnd.Name ? CertificateEnd : null;
    }

    /// <summary>Whether a value only says in words what another one means: it stands in reasons, not among what was observed.</summary>
    internal bool IsExplanation(string name) => Array.IndexOf(_explanations, name) >= 0;

    // The latency has a metric of its own. A JSON document may be a mere number.
    private static bool IsSeries(ObservedValue value) =>
        !value.IsPhase && value != Latency && (value.Type.IsNumeric() || value.Type == ObservedType.Json);

    /// <summary>Expectations of what is observed that hold unless the operator writes some about the same value.</summary>
    public IReadOnlyList<string> DefaultExpect { get; init; } = [];

    /// <summary>Warnings that hold unless the operator writes some about the same value.</summary>
    public IReadOnlyList<string> DefaultWarn { get; init; } = [];

    /// <summary>What it is made of where it is a preset; its default conditions then hold as if the operator had written them.</summary>
    internal Preset? Preset { get; init; }

    /// <summary>Settings of its own that make a valid check, as YAML, each on a line.</summary>
    internal string Example { get; init; } = "";

    /// <summary>What may be written for it, beside what all checks have.</summary>
    public IReadOnlyList<Setting> Settings { get; init; } = [];

    /// <summary>
    /// The setting that a caller of <c>/probe</c> gives: a URL, or <c>host:port</c> where its name is <c>address</c>. Null for a kind that
    /// cannot be probed. One that can has to connect as <see cref="PlanContext.Policy"/> says.
    /// </summary>
    internal Setting? Target { get; init; }

    /// <summary>
    /// Whether nobody here runs its checks: their outcomes come in. The first fail of one is a verdict, and its timeout is as long as its
    /// interval, unless the check itself says otherwise.
    /// </summary>
    internal bool IsPassive { get; init; }

    /// <summary>Whether a check of this kind can be a step of a scenario.</summary>
    internal bool CanBeStep { get; init; } = true;

    /// <summary>
    /// Reads the kind's own settings. It notes what is wrong and goes on; it must not throw, and what it returns is used
    /// only when nothing was wrong.
    /// </summary>
    public required Func<PlanContext, PlannedCheck> Plan { get; init; }

    /// <summary>The names of the activity sources that its driver traces with; the agent's own is always recorded.</summary>
    public IReadOnlyList<string> TraceSources { get; init; } = [];

    /// <summary>The meaning of the driver's own exceptions; null for those that it leaves to the common rules.</summary>
    public Func<Exception, ErrorType?> Classify { get; init; } = static _ => null;
}
