using HealthAgent.Expectations;
using HealthAgent.Settings;

namespace HealthAgent.Scenarios;

/// <summary>The names of a scenario's steps and of what they capture, for references.</summary>
internal sealed class StepNames
{
    private readonly List<Entry> _all = [];

    /// <summary>A step, at its place in the order.</summary>
    public sealed class Entry(string name, int place, bool isCleanup)
    {
        /// <summary>Its name.</summary>
        public string Name => name;

        /// <summary>Its place among all steps, in the order in which they run.</summary>
        public int Place => place;

        /// <summary>Whether it stands under <c>cleanup</c>.</summary>
        public bool IsCleanup => isCleanup;

        /// <summary>What it captures; empty before it was planned.</summary>
        public IReadOnlyList<Capture> Captures { get; set; } = [];

        /// <summary>Whether it could not be planned: what it captures is not known then.</summary>
        public bool IsBroken { get; set; }
    }

    /// <summary>Adds the next step.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isCleanup">Whether it stands under <c>cleanup</c>.</param>
    /// <param name="taken">Whether another has the name.</param>
    public Entry Add(string name, bool isCleanup, out bool taken)
    {
        taken = _all.Exists(entry => entry.Name == name);
        var added = new Entry(name, _all.Count, isCleanup);
        _all.Add(added);
        return added;
    }

    /// <summary>A sample of what is referred to; null, with an error, where a step cannot refer to it.</summary>
    /// <param name="reference">What is referred to.</param>
    /// <param name="from">The step that does.</param>
    /// <param name="error">Why it cannot.</param>
    public CapturedValue? Sample(StepReference reference, Entry from, out string? error)
    {
        if (reference.IsOfRun)
        {
            return OfRun(reference, out error);
        }

        var earlier = _all.Where(entry => entry.Place < from.Place && entry.Name.Length > 0).ToList();
        var step = _all.Find(entry => entry.Name == reference.Step);
        error = step switch
        {
            null => $"there is no step '{reference.Step}'{Suggestion.For(reference.Step, earlier.Select(static entry => entry.Name))}",
            _ when step.Place == from.Place => $"'{reference}' refers to the step itself; only what earlier steps captured is known",
            { IsCleanup: true } when !from.IsCleanup => $"'{step.Name}' is a step of the cleanup, which runs after all others",
            _ when step.Place > from.Place => $"the step '{step.Name}' comes later; only what earlier steps captured is known",
            _ => null,
        };
        if (error is not null || step!.IsBroken)
        {
            return error is null ? Any : null;
        }

        var capture = step.Captures.FirstOrDefault(capture => capture.Name == reference.Name);
        error = capture is not null ? null
            : step.Captures.Count == 0 ? $"the step '{step.Name}' captures nothing; add 'capture: {{ {reference.Name}: … }}' to it"
            : $"the step '{step.Name}' captures no '{reference.Name}'"
                + $"{Suggestion.For(reference.Name, step.Captures.Select(static known => known.Name))}";
        return capture?.Type switch
        {
            _ when capture is null => null,
            null => Any,
            ObservedType.Text => new CapturedValue("sample", ObservedType.Text) { IsSample = true },
            ObservedType.Boolean => new CapturedValue("true", ObservedType.Boolean) { IsSample = true },
            { } type => new CapturedValue("1", type) { IsSample = true },
        };
    }

    private static CapturedValue? OfRun(StepReference reference, out string? error)
    {
        var values = RunValues.At(default);
        var isKnown = values.TryGetValue(reference, out var value);
        error = isKnown ? null
            : $"a run has no '{reference.Name}'{Suggestion.For(reference.Name, values.Keys.Select(static known => known.Name))}; "
                + $"it has {string.Join(", ", values.Keys)}";
        return isKnown ? value with { IsSample = true } : null;
    }

    private static CapturedValue Any => new("1", ObservedType.Json) { IsSample = true };
}
