using System.Text.RegularExpressions;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Registered;

/// <summary>
/// Checks that are registered in code, by <c>AddHealthChecks().AddCheck(…)</c> or in a source of the application's own. They become plans
/// like those of a file, with its defaults.
/// </summary>
/// <param name="source">Where the registrations are.</param>
/// <param name="kinds">The kinds that a configuration may name; they know the exceptions of the drivers that code uses, too.</param>
internal sealed partial class RegisteredSource(IHealthCheckSource source, KindIndex kinds) : IPlanSource
{
    private const Tier DefaultTier = Tier.Dependency;

    // What others tag their checks with for the probes of Kubernetes; a tier's own name goes before it.
    private static readonly (string Tag, Tier Tier)[] TierTags =
        [.. TierNames.Tiers.Select(pair => (pair.Key, pair.Value)), ("live", Tier.Liveness), ("ready", Tier.Dependency)];

    private readonly CheckKind _kind = Kind(kinds);
    private IReadOnlyList<HealthCheckRegistration> _read = [];
    private PlanPart? _part;

    /// <inheritdoc />
    public string Name => source.Name;

    /// <inheritdoc />
    public async Task<PlanPart> ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HealthCheckRegistration> registrations = [.. await source.ReadAsync(cancellationToken)];
        if (_part is null || !registrations.SequenceEqual(_read))
        {
            (_read, _part) = (registrations, PartOf(registrations));
        }

        return _part;
    }

    /// <inheritdoc />
    public async Task WatchAsync(Action changed, TimeProvider clock, CancellationToken cancellationToken)
    {
        var watching = source.WatchAsync(changed, cancellationToken);
        if (!watching.IsCompleted)
        {
            // What changed since the first read.
            changed();
        }

        await watching;
    }

    private PlanPart PartOf(IReadOnlyList<HealthCheckRegistration> registrations)
    {
        var (errors, checks) = (new ConfigurationErrors($"registered in {Name}"), new List<SourcedCheck>());
        foreach (var registration in registrations)
        {
            var (path, name) = ($"the check '{registration.Name}'", NameOf(registration.Name));
            if (!CheckName.IsValid(name))
            {
                errors.Add(
                    default, path, "has no name to go by; use up to 128 small letters, digits and . _ - after a first letter or digit");
                continue;
            }

            checks.Add(new SourcedCheck
            {
                Name = name,
                Group = GroupOf(registration),
                Path = path,
                Origin = $"{path}, registered in {Name}",
                Resolve = defaults => Plan(registration, name, _kind, defaults),
            });
        }

        return new PlanPart(this, errors) { Checks = checks };
    }

    /// <summary>The kind of all of them. It is not in the index: a configuration cannot name code.</summary>
    private static CheckKind Kind(KindIndex kinds) => new()
    {
        Name = "dotnet",
        Description = "What the check that is registered in code says.",
        DefaultTier = DefaultTier,
        MostNumbers = RegisteredData.MostNumbers,
        Plan = static _ => throw new NotSupportedException("checks of this kind are registered in code, not written"),
        // They use the same drivers as the kinds of a configuration.
        Classify = kinds.Classify,
    };

    private static CheckPlan Plan(HealthCheckRegistration registration, string name, CheckKind kind, Timing defaults)
    {
        var tier = TierOf(registration.Tags);
        var group = GroupOf(registration);
        var timing = TimingOf(registration, defaults);
        var fingerprint =
            Fingerprint.Of([registration.Name, .. registration.Tags, registration.FailureStatus.ToString(), timing.ToString()]);
        return new CheckPlan
        {
            Kind = kind,
            Tier = tier,
            Impact = ImpactOf(registration.FailureStatus) ?? Planner.DefaultImpact(tier),
            Group = group,
            Retries = timing.Retries,
            RetryInterval = timing.RetryInterval,
            FailureThreshold = timing.FailureThreshold,
            SuccessThreshold = timing.SuccessThreshold,
            Conditions = new Conditions([], []),
            Redactor = new Redactor([]),
            Fingerprint = fingerprint,
            FingerprintWithoutCredentials = fingerprint,
            Registered = registration,
            Registration = new HealthCheckRegistration(
                name,
                services => new RegisteredCheck(registration, services.GetRequiredService<IServiceScopeFactory>(), kind.Classify),
                registration.FailureStatus,
                registration.Tags,
                timing.Timeout)
            { Period = timing.Interval },
            Attributes = Planner.Attributes(name, kind, tier, group, labels: new Dictionary<string, string>(StringComparer.Ordinal)),
        };
    }

    // Names of code are free ("SQL Server"); here they also stand in routes, in lists of names and in queries of metrics.
    private static string NameOf(string registered) =>
        NotOfNames().Replace(registered.ToLowerInvariant(), "-").TrimStart('-', '.', '_').TrimEnd('-');

    private static string? GroupOf(HealthCheckRegistration registration) =>
        registration.Tags.Where(tag => !IsTierTag(tag)).Select(NameOf).FirstOrDefault(CheckName.IsValid);

    private static bool IsTierTag(string tag) => Array.Exists(TierTags, pair => pair.Tag.Equals(tag, StringComparison.OrdinalIgnoreCase));

    private static Tier TierOf(IEnumerable<string> tags)
    {
        var known = tags.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return TierTags.Where(pair => known.Contains(pair.Tag)).Select(pair => (Tier?)pair.Tier).FirstOrDefault() ?? DefaultTier;
    }

    // Unhealthy is also what is there when nobody said anything.
    private static Impact? ImpactOf(HealthStatus failureStatus) => failureStatus switch
    {
        HealthStatus.Degraded => Impact.Degrading,
        HealthStatus.Healthy => Impact.None,
        _ => null,
    };

    /// <summary>
    /// The registration's own period and timeout, where there are any that timers can count. A timeout longer than the interval
    /// makes the interval as long: it was chosen for a slow check, and runs never overlap.
    /// </summary>
    private static Timing TimingOf(HealthCheckRegistration registration, Timing defaults)
    {
        var longest = Units.Longest;
        var interval = registration.Period > longest ? longest : registration.Period;
        TimeSpan? timeout = registration.Timeout > TimeSpan.Zero && registration.Timeout < longest ? registration.Timeout : null;
        return defaults.Of(
            new TimingOptions { Timeout = timeout, Interval = timeout > (interval ?? defaults.Interval) ? timeout : interval });
    }

    [GeneratedRegex("[^a-z0-9._-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotOfNames();
}
