using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Settings;

namespace HealthAgent.Scenarios;

/// <summary>Plans the steps of one scenario; what is wrong is noted with its place.</summary>
internal sealed class ScenarioPlanner(PlanContext scenario)
{
    // More than anybody writes; each has series of its own.
    private const int MostSteps = 100;

    private readonly StepNames _names = new();

    /// <summary>The plan; with errors, some plan.</summary>
    public ScenarioPlan Plan()
    {
        var settings = scenario.Settings;
        var (steps, cleanup) = (settings.Get(ScenarioKind.Steps), settings.Get(ScenarioKind.Cleanup));
        if (steps.Count == 0)
        {
            settings.Reject(ScenarioKind.Steps, "'steps' is required: at least one check");
        }

        if (steps.Count + cleanup.Count > MostSteps)
        {
            settings.Reject(ScenarioKind.Steps, $"a scenario has at most {MostSteps} steps; write several scenarios");
            return new ScenarioPlan([], []);
        }

        // All names first: a reference to a later step is another mistake than one to none.
        var (written, afterwards) = (Names(steps, isCleanup: false), Names(cleanup, isCleanup: true));
        var time = ScenarioTime.Of(scenario.Timeout, cleanup.Count);
        return new ScenarioPlan(Plan(steps, written, time.Steps), Plan(cleanup, afterwards, time.Cleanup));
    }

    private List<StepNames.Entry> Names(IReadOnlyList<SettingsReader> readers, bool isCleanup) => [.. readers.Select(reader =>
    {
        reader.Declare(StepSettings.All);
        var name = reader.Get(StepSettings.Name);
        var entry = _names.Add(name, isCleanup, out var taken);
        if (name.Length > 0 && !StepReference.IsStep(name))
        {
            reader.Reject(
                StepSettings.Name, $"'{name}' is not a name of a step; use small letters, digits and _ - after a first letter or digit");
        }
        else if (taken)
        {
            reader.Reject(StepSettings.Name, $"there is another step '{name}'; names are unique in a scenario, its cleanup included");
        }

        return entry;
    })];

    private List<ScenarioStep> Plan(IReadOnlyList<SettingsReader> readers, List<StepNames.Entry> names, TimeSpan time)
    {
        var steps = new List<ScenarioStep>();
        foreach (var (reader, entry) in readers.Zip(names))
        {
            if (KindOf(reader) is { } kind && new StepPlanner(scenario, kind, entry, _names).Plan(reader, time) is var step)
            {
                entry.Captures = step.Captures;
                steps.Add(step);
            }
            else
            {
                entry.IsBroken = true;
            }
        }

        return steps;
    }

    private CheckKind? KindOf(SettingsReader reader)
    {
        var name = reader.Get(CheckSettings.Kind);
        var kind = scenario.Kinds.Find(name);
        if (kind is { CanBeStep: false })
        {
            reader.Reject(CheckSettings.Kind, $"a check of kind '{name}' cannot be a step of a scenario");
            return null;
        }

        if (kind is null && name.Length > 0)
        {
            reader.Reject(
                CheckSettings.Kind,
                $"there is no kind '{name}'{Suggestion.For(
                    name, scenario.Kinds.All.Where(static known => known.CanBeStep).Select(static known => known.Name))}");
        }

        return kind;
    }
}
