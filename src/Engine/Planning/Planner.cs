using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Planning;

/// <summary>Turns what was written into plans: the one place where defaults are resolved.</summary>
internal static class Planner
{
    /// <summary>Every check that is written; what is wrong is noted, also with those that are switched off.</summary>
    public static IReadOnlyList<SourcedCheck> Plan(AgentOptions options, KindIndex kinds, ConfigurationErrors errors)
    {
        var defaults = Timing.BuiltIn.With(options.Defaults);
        return [.. options.Checks.Select(check => Plan(check, kinds, defaults, errors))];
    }

    private static SourcedCheck Plan(CheckOptions check, KindIndex kinds, Timing defaults, ConfigurationErrors errors)
    {
        CheckPlan? plan = null;
        if (kinds.Find(check.Kind) is { } kind)
        {
            plan = Plan(check, kind, kinds, defaults, errors);
        }
        else if (check.Kind.Length > 0)
        {
            check.Settings.Reject(CheckSettings.Kind, $"there is no kind '{check.Kind}'{Suggestion.For(check.Kind, kinds.Names)}");
        }

        return new SourcedCheck
        {
            Name = check.Name,
            Group = check.Group,
            Where = check.Settings.Where,
            Path = check.Settings.Path,
            DependsOn = check.DependsOn,
            Resolve = plan is not null && check.IsEnabled ? _ => plan : null,
        };
    }

    private static CheckPlan Plan(
        CheckOptions check, CheckKind kind, KindIndex kinds, Timing defaults, ConfigurationErrors errors)
    {
        var settings = check.Settings;
        var conditions = new Conditions(
            ReadConditions(check.Expect, kind, kind.DefaultExpect, $"{settings.Path}.expect", errors),
            ReadConditions(check.Warn, kind, kind.DefaultWarn, $"{settings.Path}.warn", errors));
        var timing = kind.IsPassive ? defaults.OfPassive(check.Timing) : defaults.Of(check.Timing);
        settings.Declare([.. CheckSettings.All, .. kind.Settings]);
        var tier = check.Tier ?? kind.DefaultTierOf(settings) ?? kind.DefaultTier;
        var planned = kind.Plan(
            new PlanContext(check.Name, tier, timing.Interval, timing.Timeout, conditions, settings) { Kinds = kinds });
        settings.RejectUnknownKeys();
        if (timing.Timeout > timing.Interval)
        {
            settings.Reject(
                TimingSettings.Timeout,
                $"the timeout ({Units.Format(timing.Timeout)}) must not exceed the interval ({Units.Format(timing.Interval)})");
        }

        var plan = new CheckPlan
        {
            Kind = kind,
            Tier = tier,
            Impact = check.Impact ?? DefaultImpact(tier),
            Group = check.Group,
            Host = planned.TargetHost,
            Steps = planned.Steps,
            CleanupTime = planned.CleanupTime,
            IsPassive = kind.IsPassive,
            Heartbeat = planned.Heartbeat,
            Retries = timing.Retries,
            RetryInterval = timing.RetryInterval,
            FailureThreshold = timing.FailureThreshold,
            SuccessThreshold = timing.SuccessThreshold,
            Conditions = conditions,
            Redactor = new Redactor(settings.Secrets),
            Registration = new HealthCheckRegistration(
                check.Name.Length > 0 ? check.Name : "unnamed",
                services => planned.Create(services),
                HealthStatus.Unhealthy,
                check.Group is null ? [tier.Name()] : [tier.Name(), check.Group],
                timing.Timeout)
            { Period = timing.Interval },
            Objective = timing.Objective,
            Attributes = Attributes(check.Name, kind, tier, check.Group, check.Labels),
        };
        // The defaults may change without the check's own settings.
        return plan with
        {
            Fingerprint = Fingerprint.Of([.. settings.Canonical(CheckSettings.Enabled.Name), timing.ToString()]),
            FingerprintWithoutCredentials =
                Fingerprint.Of([.. settings.CanonicalWithoutCredentials(CheckSettings.Enabled.Name), timing.ToString()]),
        };
    }

    /// <summary>The conditions that are written, and the kind's defaults about other values; what is wrong is noted.</summary>
    internal static List<Condition> ReadConditions(
        IReadOnlyList<LocatedText> written, CheckKind kind, IReadOnlyList<string> defaults, string path, ConfigurationErrors errors)
    {
        var conditions = new List<Condition>(written.Count);
        foreach (var text in written)
        {
            string? error;
            var condition = text.Captured.Value is { } captured
                ? ConditionParser.Parse(text.Text, kind.Values, captured, text.Captured.Text, out error)
                : ConditionParser.Parse(text.Text, kind.Values, out error);
            if (condition is not null)
            {
                conditions.Add(condition);
            }
            else
            {
                errors.Add(text.Where, path, error!);
            }
        }

        var unspoken = defaults.Select(text => ConditionParser.Parse(text, kind.Values, out _)!)
            .Where(condition => !conditions.Exists(written => written.Left.IsSameAs(condition.Left)))
            .Select(condition => condition with { IsDefault = kind.Preset is null });
        return [.. unspoken, .. conditions];
    }

    /// <summary>What an unhealthy check of a tier does to its roll-ups unless something else is said.</summary>
    internal static Impact DefaultImpact(Tier tier) => tier == Tier.Functional ? Impact.Degrading : Impact.Critical;

    /// <summary>The attributes of a check's telemetry. Labels never replace what is the agent's own.</summary>
    internal static KeyValuePair<string, object?>[] Attributes(
        string check, CheckKind kind, Tier tier, string? group, IReadOnlyDictionary<string, string> labels)
    {
        var attributes = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            attributes[name] = value;
        }

        attributes[Names.Attributes.CheckName] = check;
        attributes[Names.Attributes.CheckKind] = kind.Name;
        attributes[Names.Attributes.CheckTier] = tier.Name();
        if (group is not null)
        {
            attributes[Names.Attributes.CheckGroup] = group;
        }

        return [.. attributes];
    }
}
