using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Scenarios;

/// <summary>Plans one step of a scenario.</summary>
/// <param name="scenario">What is known of the scenario.</param>
/// <param name="kind">The step's kind.</param>
/// <param name="step">Its name and place.</param>
/// <param name="names">The other steps.</param>
internal sealed class StepPlanner(PlanContext scenario, CheckKind kind, StepNames.Entry step, StepNames names)
{
    private readonly HashSet<StepReference> _references = [];

    /// <summary>Plans it with sample values; what is wrong is noted.</summary>
    /// <param name="settings">What is written for it.</param>
    /// <param name="time">The time that all steps have together.</param>
    public ScenarioStep Plan(SettingsReader settings, TimeSpan time)
    {
        settings.Declare([.. StepSettings.All, .. StepSettings.OfChecksAlone, .. kind.Settings]);
        settings.Allow(Sample);
        StepSettings.RejectThoseOfChecks(settings);
        var captures = ReadCaptures(settings);
        var plan = PlanCheck(settings, captures);
        settings.RejectUnknownKeys();
        RejectContradictions(settings, plan.Conditions.Expect);
        return new ScenarioStep
        {
            Name = step.Name,
            IsCleanup = step.IsCleanup,
            Plan = plan,
            Captures = captures,
            Retry = ReadRetry(settings, time),
            Impact = settings.Get(StepSettings.Impact) ?? (step.IsCleanup ? Impact.Degrading : Impact.Critical),
            References = _references,
            Bind = (find, errors) =>
            {
                var bound = settings.With(find, errors);
                return new BoundStep(PlanCheck(bound, captures), bound.Secrets);
            },
        };
    }

    private CapturedValue? Sample(StepReference reference, out string? error)
    {
        _references.Add(reference);
        return names.Sample(reference, step, out error);
    }

    private CheckPlan PlanCheck(SettingsReader settings, IReadOnlyList<Capture> captures)
    {
        var conditions = new Conditions(
            ReadConditions(settings, CheckSettings.Expect, kind.DefaultExpect),
            ReadConditions(settings, CheckSettings.Warn, kind.DefaultWarn))
        {
            Captured = [.. captures.Select(static capture => capture.Operand)],
        };
        var planned = kind.Plan(new PlanContext(step.Name, scenario.Tier, scenario.Interval, scenario.Timeout, conditions, settings));
        return new CheckPlan
        {
            Kind = kind,
            Tier = scenario.Tier,
            Impact = Planner.DefaultImpact(scenario.Tier),
            Group = null,
            Host = planned.TargetHost,
            Retries = 0,
            RetryInterval = scenario.Interval,
            FailureThreshold = 1,
            SuccessThreshold = 1,
            Conditions = conditions,
            Redactor = new Redactor(settings.Secrets),
            Registration = new HealthCheckRegistration(
                step.Name.Length > 0 ? step.Name : "unnamed", services => planned.Create(services), HealthStatus.Unhealthy, [],
                scenario.Timeout)
            {
                Period = scenario.Interval,
            },
            Attributes = [],
        };
    }

    private List<Condition> ReadConditions(
        SettingsReader settings, Setting<IReadOnlyList<LocatedText>> setting, IReadOnlyList<string> defaults) =>
        Planner.ReadConditions(settings.Get(setting), kind, defaults, $"{settings.Path}.{setting.Name}", settings.Errors);

    private List<Capture> ReadCaptures(SettingsReader settings)
    {
        var captures = new List<Capture>();
        foreach (var (name, from, isShown) in settings.Get(StepSettings.Capture))
        {
            if (Capture.Parse(name, from.Text, isShown, kind.Values, out var error) is { } capture)
            {
                captures.Add(capture);
            }
            else
            {
                settings.Reject(StepSettings.Capture, from, $"'{name}': {error}");
                step.IsBroken = true;
            }
        }

        return captures;
    }

    private static StepRetry? ReadRetry(SettingsReader settings, TimeSpan time)
    {
        if (settings.Get(StepSettings.Retry) is not { For: { } length } retry)
        {
            return null;
        }

        var every = retry.Every ?? StepSettings.DefaultEvery;
        if (length >= time)
        {
            settings.Reject(
                StepSettings.Retry,
                $"'for' ({Units.Format(length)}) is not shorter than what the scenario's timeout leaves the steps ({Units.Format(time)}): "
                + "later steps would never be reached");
        }
        else if (every > length)
        {
            settings.Reject(StepSettings.Retry, $"'every' ({Units.Format(every)}) is longer than 'for' ({Units.Format(length)})");
        }

        return new StepRetry(length, every);
    }

    /// <summary>Expectations that can never hold together, so that no later step can be reached.</summary>
    private static void RejectContradictions(SettingsReader settings, IReadOnlyList<Condition> expect)
    {
        if (Contradiction.Among(expect) is var (one, other))
        {
            settings.Reject(
                CheckSettings.Expect,
                $"'{one}' and '{other}' can never hold together: the step always fails, and no later one is reached");
        }
    }
}
