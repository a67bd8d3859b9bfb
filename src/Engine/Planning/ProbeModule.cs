using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Planning;

/// <summary>A module of <c>/probe</c>: a check without its target.</summary>
internal sealed class ProbeModule
{
    private const string SampleHost = "target.invalid";

    private static readonly TimeSpan AnyInterval = TimeSpan.FromMinutes(2);

    private readonly Conditions _conditions;
    private readonly int _retries;
    private readonly TargetPolicy _policy;
    private readonly IReadOnlyCollection<string> _secrets;

    private ProbeModule(string name, CheckKind kind, SettingsReader settings, Timing defaults, TargetPolicy policy)
    {
        (Name, Kind, Settings, _policy) = (name, kind, settings, policy);
        Timeout = settings.Get(ProbeSettings.Timeout) ?? defaults.Timeout;
        _retries = settings.Get(TimingSettings.Retries) ?? defaults.Retries;
        _conditions = new Conditions(
            ReadConditions(CheckSettings.Expect, kind.DefaultExpect), ReadConditions(CheckSettings.Warn, kind.DefaultWarn));
        Plan(settings, SampleHost, Timeout);
        settings.RejectUnknownKeys();
        _secrets = settings.Secrets;
    }

    /// <summary>The name that callers give.</summary>
    public string Name { get; }

    /// <summary>The kind.</summary>
    public CheckKind Kind { get; }

    /// <summary>The deadline of a probe.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>What is written, with a sample of a target.</summary>
    public SettingsReader Settings { get; }

    /// <summary>What is written.</summary>
    public YamlMap Written => Settings.Written with
    {
        Entries = Settings.Written.Entries.Where(entry => entry.Key != Kind.Target!.Name).ToDictionary(StringComparer.Ordinal),
    };

    /// <summary>What may be written.</summary>
    public IReadOnlyList<Setting> Declared => [.. ProbeSettings.OfModules, .. Kind.Settings];

    /// <summary>Redacts the secrets of what is written.</summary>
    public Redactor Redactor => field ??= new Redactor(_secrets);

    /// <summary>Whether a target is a URL; otherwise it is <c>host:port</c>.</summary>
    public bool IsOfUrl => IsUrl(Kind);

    /// <summary>Plans a module with a sample target; what is wrong is noted. Null where there is no such kind.</summary>
    public static ProbeModule? Plan(ModuleOptions module, KindIndex kinds, Timing defaults, TargetPolicy policy)
    {
        var settings = module.Settings;
        settings.Declare(ProbeSettings.OfModules);
        var written = settings.Get(CheckSettings.Kind);
        var probed = kinds.All.Where(static kind => kind.Target is not null).Select(static kind => kind.Name).ToList();
        if (kinds.Find(written) is not { Target: { } target } kind)
        {
            if (written.Length > 0)
            {
                settings.Reject(CheckSettings.Kind, $"no kind '{written}' can be probed{Suggestion.For(written, probed)}");
            }

            return null;
        }

        if (settings.Has(target.Name))
        {
            settings.Reject(target.Name, $"the target comes with each request; remove '{target.Name}'");
        }

        var sample = settings.WithSample(target, IsUrl(kind) ? $"http://{SampleHost}/" : $"{SampleHost}:1");
        sample.Declare([.. ProbeSettings.OfModules, .. kind.Settings]);
        return new ProbeModule(module.Name, kind, sample, defaults, policy);
    }

    /// <summary>Puts a target in, which is not substituted.</summary>
    /// <param name="target">The target, which the policy allows.</param>
    /// <param name="timeout">The deadline.</param>
    /// <param name="problems">Why it cannot be probed; empty where it can.</param>
    public CheckPlan Bind(ProbeTarget target, TimeSpan timeout, out IReadOnlyList<string> problems)
    {
        var errors = new ConfigurationErrors(Name);
        var plan = Plan(Settings.WithGiven(Kind.Target!, target.Text, errors), target.Host, timeout);
        problems = [.. errors.All.Select(static error => error.Message)];
        return plan with { Redactor = new Redactor([.. _secrets, .. errors.Confidential.Secrets]) };
    }

    private CheckPlan Plan(SettingsReader settings, string host, TimeSpan timeout)
    {
        var planned = Kind.Plan(new PlanContext(Name, Kind.DefaultTier, AnyInterval, timeout, _conditions, settings) { Policy = _policy });
        return new CheckPlan
        {
            Kind = Kind,
            Tier = Kind.DefaultTier,
            Impact = Impact.None,
            Group = null,
            Host = planned.TargetHost,
            Retries = _retries,
            RetryInterval = AnyInterval,
            FailureThreshold = 1,
            SuccessThreshold = 1,
            Conditions = _conditions,
            Redactor = new Redactor(settings.Secrets),
            Registration = new HealthCheckRegistration(
                Name.Length > 0 ? Name : "unnamed", services => planned.Create(services), HealthStatus.Unhealthy, [], timeout)
            {
                Period = AnyInterval,
            },
            Attributes =
            [
                .. Planner.Attributes(Name, Kind, Kind.DefaultTier, group: null, new Dictionary<string, string>(StringComparer.Ordinal)),
                new("server.address", host),
            ],
        };
    }

    private List<Condition> ReadConditions(Setting<IReadOnlyList<LocatedText>> setting, IReadOnlyList<string> defaults) =>
        Planner.ReadConditions(Settings.Get(setting), Kind, defaults, $"{Settings.Path}.{setting.Name}", Settings.Errors);

    private static bool IsUrl(CheckKind kind) => kind.Target!.Name == "url";
}
