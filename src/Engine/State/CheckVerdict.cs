using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.State;

/// <summary>How one run ended.</summary>
public enum Result
{
    /// <summary>All that was expected held.</summary>
    Pass,

    /// <summary>It works, but a <c>warn</c> condition was hit.</summary>
    Warn,

    /// <summary>It does not work, or an <c>expect</c> condition was missed.</summary>
    Fail,
}

/// <summary>
/// What one run amounts to, and what it was judged by. Its texts come from outside: here they lose secrets and control characters,
/// before any surface sees them.
/// </summary>
/// <param name="Result">Pass, warn or fail.</param>
/// <param name="ErrorType">Why, for a fail.</param>
/// <param name="Reason">Why, in words, for a warn or a fail.</param>
/// <param name="Observations">What was observed, as far as it can be shown in a line.</param>
/// <param name="Conditions">The conditions that were evaluated, each with the value that it saw; none where the run failed before.</param>
internal sealed record CheckVerdict(
    Result Result, ErrorType? ErrorType, string? Reason,
    ImmutableArray<Observation> Observations, ImmutableArray<EvaluatedCondition> Conditions)
{
    /// <summary>The steps of a scenario, in the order written, those under <c>cleanup</c> last; empty for all other kinds.</summary>
    public ImmutableArray<StepRecord> Steps { get; init; } = [];

    /// <summary>How many UTF-16 units of a text are shown.</summary>
    public const int LongestText = 240;

    // Texts may have megabytes: of which no more is looked at than what is shown might need.
    private const int LongestLookedAt = LongText.MostShown;

    /// <summary>Judges what a check returned: its own verdict first, then <c>expect</c>, then <c>warn</c>. Pure.</summary>
    /// <param name="plan">The check.</param>
    /// <param name="result">What it returned.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="timeLeft">The time that the run has left; without it, conditions have no limit.</param>
    public static CheckVerdict Of(CheckPlan plan, HealthCheckResult result, TimeSpan latency, Func<TimeSpan>? timeLeft = null)
    {
        if (result.Exception is { } exception && result.Status == HealthStatus.Unhealthy)
        {
            return OfException(plan, exception, latency);
        }

        var observed = new Dictionary<string, object>(result.Data, StringComparer.Ordinal) { [CheckKind.Latency.Name] = latency };
        var evaluation = new ConditionEvaluation(plan, observed, Observe(plan, observed), timeLeft);
        if (result.Status == HealthStatus.Unhealthy)
        {
            var reason = result.Description ?? "the check reports unhealthy";
            return Make(plan, Result.Fail, Vocabulary.ErrorType.Expectation, reason, evaluation);
        }

        try
        {
            return Judge(plan, result, evaluation);
        }
        catch (TimeoutException e)
        {
            return Make(plan, Result.Fail, Vocabulary.ErrorType.Timeout, e.Message, evaluation);
        }
    }

    private static CheckVerdict Judge(CheckPlan plan, HealthCheckResult result, ConditionEvaluation evaluation)
    {
        if (evaluation.FindMissed() is { } missed)
        {
            return Make(plan, Result.Fail, missed[0].Value.Miss, evaluation.Explain(missed), evaluation);
        }

        if (result.Status == HealthStatus.Degraded)
        {
            return Make(plan, Result.Warn, null, result.Description ?? "the check reports degraded", evaluation);
        }

        return evaluation.FindHit() is { } hit
            ? Make(plan, Result.Warn, null, evaluation.Explain(hit), evaluation)
            : Make(plan, Result.Pass, null, null, evaluation);
    }

    /// <summary>Judges a run that ended by an exception. Pure.</summary>
    public static CheckVerdict OfException(CheckPlan plan, Exception exception, TimeSpan latency)
    {
        var before = Failures.Observed(exception) ?? ImmutableDictionary<string, object>.Empty;
        var observed = new Dictionary<string, object>(before, StringComparer.Ordinal) { [CheckKind.Latency.Name] = latency };
        var errorType = Failures.Classify(exception, plan.Kind.Classify);
        return new CheckVerdict(Result.Fail, errorType, Line(plan, Failures.Describe(exception)), Observe(plan, observed), []);
    }

    /// <summary>
    /// A text as any surface may show it: secrets are looked for in the line that is shown, and before it is cut, since half of one would
    /// not be recognized.
    /// </summary>
    public static string Shown(CheckPlan plan, string text, bool isCut = false)
    {
        var isLong = text.Length > LongestLookedAt;
        return plan.Redactor.Redact(PlainText.Line(isLong ? text[..LongestLookedAt] : text), isCut || isLong);
    }

    private static CheckVerdict Make(CheckPlan plan, Result result, ErrorType? errorType, string? reason, ConditionEvaluation evaluation) =>
        new(result, errorType, reason is null ? null : Line(plan, reason), evaluation.Observations, evaluation.ToConditions());

    private static string Line(CheckPlan plan, string text, bool isCut = false) => PlainText.Cut(Shown(plan, text, isCut), LongestText);

    private static ImmutableArray<Observation> Observe(CheckPlan plan, Dictionary<string, object> observed)
    {
        var observations = ImmutableArray.CreateBuilder<Observation>(observed.Count);
        foreach (var (name, found) in observed)
        {
            var value = found is Partial partial ? partial.Seen : found;
            if (value is bool or TimeSpan or DateTimeOffset || ValueText.Number(value) is not null)
            {
                observations.Add(new Observation(plan.Kind.FindValue(name), name, value));
            }
            else if (value is string ? !plan.Kind.IsExplanation(name) : value is not (null or JsonElement or IEnumerable))
            {
                // Texts, and whatever a check registered in code puts among its data. Structures do not fit into a line.
                var text = Line(plan, ValueText.Plain(value), isCut: found is Partial);
                observations.Add(new Observation(plan.Kind.FindValue(name), name, text));
            }
        }

        return observations.DrainToImmutable();
    }
}
