using System.Collections.Frozen;
using System.Globalization;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Checks;

/// <summary>Turns what was written into plans: the one place where defaults are resolved.</summary>
internal static class Planner
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultRetryInterval = TimeSpan.FromSeconds(2);
    private const int DefaultFailureThreshold = 3;

    /// <summary>A plan for each check without errors; what is wrong with the others is noted.</summary>
    public static IReadOnlyList<CheckPlan> Plan(AgentOptions options, ConfigurationErrors errors)
    {
        var plans = new List<CheckPlan>(options.Checks.Count);
        foreach (var check in options.Checks)
        {
            if (CheckKinds.Find(check.Kind) is { } kind)
            {
                plans.Add(Plan(check, kind, options.Defaults, errors));
            }
            else if (check.Kind.Length > 0)
            {
                check.Settings.Reject("kind", $"there is no kind '{check.Kind}'{Suggestion.For(check.Kind, CheckKinds.All.Select(k => k.Name))}");
            }
        }

        Dependencies.Validate(options.Checks, errors);
        return plans;
    }

    private static CheckPlan Plan(CheckOptions check, CheckKind kind, TimingOptions defaults, ConfigurationErrors errors)
    {
        var settings = check.Settings;
        var tier = settings.OneOf("tier", TierNames.Tiers) ?? kind.DefaultTier;
        var conditions = new Conditions(
            ReadConditions(check.Expect, kind, kind.DefaultExpect, $"{settings.Path}.expect", errors),
            ReadConditions(check.Warn, kind, kind.DefaultWarn, $"{settings.Path}.warn", errors));
        var factory = kind.Read(settings, conditions);
        settings.RejectUnknownKeys();

        var interval = check.Timing.Interval ?? defaults.Interval ?? DefaultInterval;
        var timeout = check.Timing.Timeout ?? Shorter(defaults.Timeout ?? DefaultTimeout, interval);
        if (timeout > interval)
        {
            settings.Reject("timeout", $"the timeout ({Units.Format(timeout)}) is longer than the interval ({Units.Format(interval)}): runs never overlap, so some would be missed");
        }

        var plan = new CheckPlan
        {
            Kind = kind,
            Tier = tier,
            Impact = settings.OneOf("impact", TierNames.Impacts) ?? (tier == Tier.Functional ? Impact.Degrading : Impact.Critical),
            Group = check.Group,
            DependsOn = [.. check.DependsOn.Select(parent => parent.Text).Distinct(StringComparer.Ordinal)],
            Host = settings.Host,
            Retries = check.Timing.Retries ?? defaults.Retries ?? 0,
            RetryInterval = Shorter(check.Timing.RetryInterval ?? defaults.RetryInterval ?? DefaultRetryInterval, interval),
            FailureThreshold = check.Timing.FailureThreshold ?? defaults.FailureThreshold ?? DefaultFailureThreshold,
            SuccessThreshold = check.Timing.SuccessThreshold ?? defaults.SuccessThreshold ?? 1,
            Conditions = conditions,
            Redactor = new Redactor(settings.Secrets),
            Registration = new HealthCheckRegistration(
                check.Name.Length > 0 ? check.Name : "unnamed",
                services => factory(services),
                HealthStatus.Unhealthy,
                check.Group is null ? [tier.Name()] : [tier.Name(), check.Group],
                timeout)
            { Period = interval },
            Attributes = Attributes(check, kind, tier),
        };
        return plan with { Fingerprint = Fingerprint.Of([.. settings.Canonical(), .. Timing(plan)]) };
    }

    /// <summary>The timing with its defaults, which may change without the check's own settings.</summary>
    private static IEnumerable<string> Timing(CheckPlan plan) => new object[]
    {
        plan.Interval, plan.Timeout, plan.Retries, plan.RetryInterval, plan.FailureThreshold, plan.SuccessThreshold,
    }.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!);

    private static List<Condition> ReadConditions(
        IReadOnlyList<LocatedText> written, CheckKind kind, IReadOnlyList<string> defaults, string path, ConfigurationErrors errors)
    {
        var conditions = new List<Condition>(written.Count);
        foreach (var (where, text) in written)
        {
            if (ConditionParser.Parse(text, kind.Values, out var error) is { } condition)
            {
                conditions.Add(condition);
            }
            else
            {
                errors.Add(where, path, error!);
            }
        }

        var spokenOf = conditions.ConvertAll(condition => condition.Value);
        var silent = defaults.Select(text => ConditionParser.Parse(text, kind.Values, out _)! with { IsDefault = true }).Where(condition => !spokenOf.Contains(condition.Value));
        return [.. silent, .. conditions];
    }

    private static FrozenDictionary<string, object?> Attributes(CheckOptions check, CheckKind kind, Tier tier)
    {
        var attributes = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in check.Labels)
        {
            attributes[name] = value;
        }

        attributes[Names.Attributes.CheckName] = check.Name;
        attributes[Names.Attributes.CheckKind] = kind.Name;
        attributes[Names.Attributes.CheckTier] = tier.Name();
        if (check.Group is not null)
        {
            attributes[Names.Attributes.CheckGroup] = check.Group;
        }

        return attributes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
