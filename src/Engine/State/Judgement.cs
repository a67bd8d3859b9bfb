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

/// <summary>What one run amounts to. Its texts come from outside: here they lose secrets and control characters, before any surface sees them.</summary>
/// <param name="Result">Pass, warn or fail.</param>
/// <param name="ErrorType">Why, for a fail.</param>
/// <param name="Reason">Why, in words, for a warn or a fail.</param>
/// <param name="Evidence">What was observed, as far as it can be shown in a line.</param>
internal sealed record Judgement(
    Result Result, ErrorType? ErrorType, string? Reason, ImmutableArray<KeyValuePair<string, object>> Evidence)
{
    private const int LongestText = 240;

    // Texts may have megabytes: of which no more is looked at than what is shown might need.
    private const int LongestLookedAt = LongText.MostShown;

    /// <summary>Judges what a check returned: its own verdict first, then <c>expect</c>, then <c>warn</c>. Pure.</summary>
    /// <param name="plan">The check.</param>
    /// <param name="result">What it returned.</param>
    /// <param name="latency">How long it took.</param>
    /// <param name="timeLeft">The time that the run has left; without it, conditions have no limit.</param>
    public static Judgement Of(CheckPlan plan, HealthCheckResult result, TimeSpan latency, Func<TimeSpan>? timeLeft = null)
    {
        if (result.Exception is { } exception && result.Status == HealthStatus.Unhealthy)
        {
            return OfException(plan, exception, latency);
        }

        var observed = new Dictionary<string, object>(result.Data, StringComparer.Ordinal) { [CheckKind.Latency.Name] = latency };
        if (result.Status == HealthStatus.Unhealthy)
        {
            return Make(plan, Result.Fail, Vocabulary.ErrorType.Expectation, result.Description ?? "the check reports unhealthy", observed);
        }

        try
        {
            return Judge(plan, result, observed, timeLeft);
        }
        catch (TimeoutException e)
        {
            return Make(plan, Result.Fail, Vocabulary.ErrorType.Timeout, e.Message, observed);
        }
    }

    private static Judgement Judge(CheckPlan plan, HealthCheckResult result, Dictionary<string, object> observed, Func<TimeSpan>? timeLeft)
    {
        if (Select(plan.Conditions.Expect, observed, timeLeft, static (condition, values, left) => condition.IsMissed(values, left)) is { } missed)
        {
            return Make(plan, Result.Fail, missed[0].Value.Miss, Explain(plan, missed, observed, timeLeft), observed);
        }

        if (result.Status == HealthStatus.Degraded)
        {
            return Make(plan, Result.Warn, null, result.Description ?? "the check reports degraded", observed);
        }

        return Select(plan.Conditions.Warn, observed, timeLeft, static (condition, values, left) => condition.IsHit(values, left)) is { } hit
            ? Make(plan, Result.Warn, null, Explain(plan, hit, observed, timeLeft), observed)
            : Make(plan, Result.Pass, null, null, observed);
    }

    /// <summary>Judges a run that ended by an exception. Pure.</summary>
    public static Judgement OfException(CheckPlan plan, Exception exception, TimeSpan latency)
    {
        var before = (exception as CheckFailedException)?.Observed ?? ImmutableDictionary<string, object>.Empty;
        var observed = new Dictionary<string, object>(before, StringComparer.Ordinal) { [CheckKind.Latency.Name] = latency };
        return Make(plan, Result.Fail, Failures.Classify(exception, plan.Kind.Classify), Failures.Describe(exception), observed);
    }

    private static Judgement Make(CheckPlan plan, Result result, ErrorType? errorType, string? reason, Dictionary<string, object> observed)
    {
        var evidence = ImmutableArray.CreateBuilder<KeyValuePair<string, object>>(observed.Count);
        foreach (var (name, found) in observed)
        {
            var value = found is Partial partial ? partial.Seen : found;
            if (value is bool or TimeSpan or DateTimeOffset or DateTime || ValueText.Number(value) is not null)
            {
                evidence.Add(new(name, value));
            }
            else if (value is string || value is not (null or JsonElement or IEnumerable))
            {
                // Texts, and whatever a check registered in code puts among its data. Structures do not fit into a line.
                evidence.Add(new(name, PlainText.Cut(Shown(plan, ValueText.Plain(value), isCut: found is Partial), LongestText)));
            }
        }

        return new Judgement(result, errorType, reason is null ? null : PlainText.Cut(Shown(plan, reason), LongestText), evidence.DrainToImmutable());
    }

    /// <summary>The conditions of which something holds; null, and nothing allocated, when there are none.</summary>
    private static List<Condition>? Select(
        IReadOnlyList<Condition> conditions,
        Dictionary<string, object> observed,
        Func<TimeSpan>? timeLeft,
        Func<Condition, Dictionary<string, object>, Func<TimeSpan>?, bool> applies)
    {
        List<Condition>? selected = null;
        for (var i = 0; i < conditions.Count; i++)
        {
            if (applies(conditions[i], observed, timeLeft))
            {
                (selected ??= []).Add(conditions[i]);
            }
        }

        return selected;
    }

    private static string Explain(CheckPlan plan, List<Condition> conditions, Dictionary<string, object> observed, Func<TimeSpan>? timeLeft) =>
        string.Join("; ", conditions.Select(condition => condition.Explain(observed, (text, isCut) => Shown(plan, text, isCut), timeLeft)));

    /// <summary>
    /// A text as any surface may show it: secrets are looked for in the line that is shown, and before it is cut, since half of one would
    /// not be recognized.
    /// </summary>
    private static string Shown(CheckPlan plan, string text, bool isCut = false)
    {
        var isLong = text.Length > LongestLookedAt;
        return plan.Redactor.Redact(PlainText.Line(isLong ? text[..LongestLookedAt] : text), isCut || isLong);
    }
}
