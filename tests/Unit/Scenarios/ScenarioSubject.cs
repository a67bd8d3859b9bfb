using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Runs a scenario as the worker does, against real targets.</summary>
internal static class ScenarioSubject
{
    /// <summary>Runs the scenario whose settings these are, once.</summary>
    public static async Task<RunRecord> RunAsync(string yaml)
    {
        var check = new CheckInstance(Plan(yaml));
        var (record, _, span, _) = await OneRun.OfAsync(check);
        span?.Dispose();
        await check.DisposeAsync();
        return record;
    }

    /// <summary>The plan of a scenario without errors.</summary>
    public static CheckPlan Plan(string yaml)
    {
        var configured = Configured.Read(Whole(yaml));
        configured.Errors.ShouldBeEmpty();
        return configured.Plans.ShouldHaveSingleItem();
    }

    /// <summary>What is wrong with a scenario.</summary>
    public static IReadOnlyList<string> ErrorsOf(string yaml) => Configured.Read(Whole(yaml)).Errors;

    /// <summary>The step of a name.</summary>
    public static StepRecord Step(this RunRecord record, string name) => record.Verdict.Steps.Single(step => step.Name == name);

    // The scenario begins on line 4.
    private static string Whole(string yaml) =>
        $"checks:\n  - name: shop\n    kind: scenario\n{string.Concat(yaml.Split('\n').Select(line => $"    {line}\n"))}";
}
