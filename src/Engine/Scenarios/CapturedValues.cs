using System.Globalization;
using HealthAgent.Expectations;
using HealthAgent.Explanation;
using HealthAgent.Security;
using HealthAgent.Settings;

namespace HealthAgent.Scenarios;

/// <summary>What the steps of one try of a run captured, and what must not be shown of it.</summary>
internal sealed class CapturedValues
{
    private readonly HiddenValues _hidden;
    private readonly Dictionary<StepReference, CapturedValue> _values;
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shown;

    /// <summary>Nothing was captured yet.</summary>
    /// <param name="redactor">Redacts the secrets of the scenario.</param>
    /// <param name="hidden">What earlier tries, and the run before, captured.</param>
    /// <param name="now">When the try begins.</param>
    public CapturedValues(Redactor redactor, HiddenValues hidden, DateTimeOffset now)
    {
        _values = new(RunValues.At(now));
        _shown = _values.Values.Select(static value => value.Text).ToHashSet(StringComparer.Ordinal);
        var earlier = hidden.All.ToList();
        (_hidden, Redactor) = (hidden, redactor.With(earlier));
        earlier.ForEach(static secret => RunExplanation.Current?.AddSecret(secret));
    }

    /// <summary>Redacts all secrets of the scenario, those that were captured until now included.</summary>
    public Redactor Redactor { get; private set; }

    /// <summary>Whether the run captured as much as one may.</summary>
    public bool IsFull => _hidden.IsFull;

    /// <summary>The captured texts and numbers that are secrets.</summary>
    public IReadOnlySet<string> Secrets => _secrets;

    /// <summary>The first that was not captured of some; null where all were.</summary>
    public StepReference? FindMissing(IReadOnlyCollection<StepReference> references) =>
        references.Where(reference => !_values.ContainsKey(reference)).Select(static missing => (StepReference?)missing).FirstOrDefault();

    /// <summary>What was captured.</summary>
    public CapturedValue? Find(StepReference reference, out string? error)
    {
        if (_values.TryGetValue(reference, out var value))
        {
            error = null;
            return value;
        }

        error = $"the step '{reference.Step}' captured no '{reference.Name}'";
        return null;
    }

    /// <summary>Captures all that is found in what a step observed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="observed">What it observed.</param>
    /// <param name="timeLeft">Time left until the deadline.</param>
    /// <returns>Why something was not captured; null when all was.</returns>
    public string? Take(ScenarioStep step, IReadOnlyDictionary<string, object> observed, Func<TimeSpan> timeLeft)
    {
        string? problem = null;
        foreach (var capture in step.Captures)
        {
            var reference = new StepReference(step.Name, capture.Name);
            _values.Remove(reference);
            if (Find(capture, observed, timeLeft, out var error) is { } value)
            {
                _values[reference] = value;
                (capture.IsShown ? _shown : _secrets).UnionWith(Writings(value));
                Conceal(capture.IsShown || value.Type == ObservedType.Boolean ? [] : Writings(value));
            }
            else
            {
                problem ??= error;
            }
        }

        return problem ?? (IsFull ? "the run captured more values, or longer ones, than can be kept from being shown" : null);
    }

    /// <summary>Hides what a step made of captured values, such as credentials in the form in which they are sent.</summary>
    public void Conceal(IReadOnlyCollection<string> secrets)
    {
        var hidden = secrets.Where(secret => !_shown.Contains(secret) && _hidden.Add(secret)).ToList();
        if (hidden.Count > 0)
        {
            Redactor = Redactor.With(hidden);
            hidden.ForEach(static secret => RunExplanation.Current?.AddSecret(secret));
        }
    }

    // A number also as it is written where it is observed elsewhere: 4.04e2 as 404.
    private static string[] Writings(CapturedValue value) => value.Number is { } number
        ? [value.Text, number.ToString(CultureInfo.InvariantCulture)]
        : [value.Text];

    private static CapturedValue? Find(
        Capture capture, IReadOnlyDictionary<string, object> observed, Func<TimeSpan> timeLeft, out string? error)
    {
        try
        {
            return capture.Find(observed, timeLeft, out error);
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            error = $"'{capture.Name}' was not found in time: the regular expression is too slow for this text";
            return null;
        }
    }
}
