using HealthAgent.Expectations;
using HealthAgent.Security;
using HealthAgent.State;

namespace HealthAgent.Scenarios;

/// <summary>
/// Takes captured values out of the record of a step: where its texts hold them, and where an observed number is one. Also out of steps
/// that ran before the value was captured.
/// </summary>
internal static class StepRedaction
{
    private const char Ellipsis = '…';

    /// <summary>The record without what was captured.</summary>
    /// <param name="record">The record.</param>
    /// <param name="captured">What was captured.</param>
    /// <param name="captures">What the step itself captures: those observations are masked, or shown by the names that they have.</param>
    public static StepRecord Apply(StepRecord record, CapturedValues captured, IReadOnlyList<Capture>? captures = null)
    {
        var hidden = (captures ?? []).Where(static capture => !capture.IsShown).Select(static capture => capture.Operand.Text).ToList();
        var observations = record.Observations.Select(observation => Redacted(observation, captured, hidden));
        return record with
        {
            Reason = record.Reason is { } reason ? Redacted(reason, captured.Redactor) : null,
            Observations = [.. observations, .. Shown(record.Name, captured, captures ?? [])],
            Conditions = [.. record.Conditions.Select(condition => Redacted(condition, captured, hidden))],
        };
    }

    private static IEnumerable<Observation> Shown(string step, CapturedValues captured, IReadOnlyList<Capture> captures)
    {
        foreach (var capture in captures.Where(static capture => capture.IsShown))
        {
            if (captured.Find(new(step, capture.Name), out _) is { } value)
            {
                var text = PlainText.Cut(captured.Redactor.Redact(PlainText.Line(value.Text)), CheckVerdict.LongestText);
                yield return new Observation(declared: null, capture.Name, text);
            }
        }
    }

    private static Observation Redacted(Observation observation, CapturedValues captured, List<string> hidden) => observation.Value switch
    {
        _ when hidden.Contains(observation.Name) => new Observation(declared: null, observation.Name, Redactor.Mask),
        string text => new Observation(observation.Declared, observation.Name, Redacted(text, captured.Redactor)),
        var value when IsSecret(value, captured) => new Observation(declared: null, observation.Name, Redactor.Mask),
        _ => observation,
    };

    private static EvaluatedCondition Redacted(EvaluatedCondition condition, CapturedValues captured, List<string> hidden) =>
        condition.Seen switch
        {
            null => condition,
            _ when hidden.Exists(operand => condition.Text.StartsWith(operand + " ", StringComparison.Ordinal)) =>
                condition with { Type = ObservedType.Text, Seen = Redactor.Mask },
            string text => condition with { Seen = Redacted(text, captured.Redactor) },
            var value when IsSecret(value, captured) => condition with { Type = ObservedType.Text, Seen = Redactor.Mask },
            _ => condition,
        };

    // A boolean says nothing; a number may be the one that was captured.
    private static bool IsSecret(object value, CapturedValues captured) =>
        value is not bool && ValueText.Number(value) is not null && captured.Secrets.Contains(ValueText.Plain(value));

    private static string Redacted(string text, Redactor redactor) => text is [.. var cut, Ellipsis]
        ? redactor.Redact(cut, isCut: true) + Ellipsis
        : redactor.Redact(text);
}
