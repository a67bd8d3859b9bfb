using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using HealthAgent.Expectations;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>Evaluates the conditions of one run, each once, and keeps what they saw.</summary>
/// <param name="plan">The check.</param>
/// <param name="observed">What was observed, whole.</param>
/// <param name="observations">What is kept of that.</param>
/// <param name="timeLeft">The time that the run has left, without which there is no limit.</param>
internal sealed class ConditionEvaluation(
    CheckPlan plan, Dictionary<string, object> observed, ImmutableArray<Observation> observations, Func<TimeSpan>? timeLeft)
{
    private EvaluatedCondition[] _evaluated = [];
    private int _count;

    /// <summary>What is kept of what was observed.</summary>
    public ImmutableArray<Observation> Observations => observations;

    /// <summary>The expectations that are missed; null when none is.</summary>
    /// <exception cref="TimeoutException">A condition was not decided in time.</exception>
    public List<Condition>? FindMissed() => Evaluate(plan.Conditions.Expect, isExpectation: true);

    /// <summary>The warnings that are hit; null when none is.</summary>
    /// <exception cref="TimeoutException">A condition was not decided in time.</exception>
    public List<Condition>? FindHit() => Evaluate(plan.Conditions.Warn, isExpectation: false);

    /// <summary>The conditions with what was observed, in words; each explanation of the check itself stands there once.</summary>
    public string Explain(List<Condition> conditions)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        return string.Join("; ", conditions.Select(condition =>
        {
            var explained = condition.Explain(observed, Redact, timeLeft);
            return condition.Value.ExplainedBy is { } name && observed.TryGetValue(name, out var why) && said.Add(name)
                ? $"{why} ({explained})"
                : explained;
        }));
    }

    /// <summary>What was evaluated.</summary>
    public ImmutableArray<EvaluatedCondition> ToConditions() => _count == _evaluated.Length
        ? ImmutableCollectionsMarshal.AsImmutableArray(_evaluated)
        : [.. _evaluated.AsSpan(0, _count)];

    private List<Condition>? Evaluate(IReadOnlyList<Condition> conditions, bool isExpectation)
    {
        List<Condition>? applying = null;
        if (conditions.Count > 0)
        {
            Array.Resize(ref _evaluated, _count + conditions.Count);
        }

        for (var i = 0; i < conditions.Count; i++)
        {
            var condition = conditions[i];
            var verdict = condition.Judge(observed, timeLeft);
            var applies = isExpectation ? condition.IsMiss(verdict) : Condition.IsHit(verdict);
            if (applies)
            {
                (applying ??= []).Add(condition);
            }

            var (type, seen) = Seen(condition.Left);
            _evaluated[_count++] = new EvaluatedCondition(condition.Text, isExpectation, applies, verdict, type, seen);
        }

        return applying;
    }

    /// <summary>
    /// What a condition looked at, without keeping alive what the run gives back, and without rendering what is kept anyway.
    /// </summary>
    private (ObservedType Type, object? Seen) Seen(Operand operand) => operand.Find(observed) switch
    {
        null => (operand.Type, null),
        JsonElement { ValueKind: JsonValueKind.Array } array =>
            (ObservedType.Text, string.Create(CultureInfo.InvariantCulture, $"[{array.GetArrayLength()} items]")),
        JsonElement { ValueKind: JsonValueKind.Object } members =>
            (ObservedType.Text, string.Create(CultureInfo.InvariantCulture, $"{{{members.GetPropertyCount()} members}}")),
        bool or TimeSpan or DateTimeOffset => (operand.Type, operand.Find(observed)),
        string or LongText or Partial { Seen: string or LongText } when Kept(operand.Value.Name) is { } text => (ObservedType.Text, text),
        Partial or JsonElement => (ObservedType.Text, ValueText.Of(operand.Find(observed)!, operand.Type, Redact)),
        var value when ValueText.Number(value) is not null => (operand.Type, value),
        var value => (ObservedType.Text, ValueText.Of(value, operand.Type, Redact)),
    };

    private object? Kept(string name)
    {
        foreach (var observation in observations)
        {
            if (observation.Name == name)
            {
                return observation.Value;
            }
        }

        return null;
    }

    private string Redact(string text, bool isCut) => CheckVerdict.Shown(plan, text, isCut);
}
