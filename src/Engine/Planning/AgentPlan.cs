using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Memory;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>What was read of the sources: a plan, or all that is wrong, a line each.</summary>
internal sealed record LoadedPlan(AgentPlan? Plan, IReadOnlyList<string> Errors);

/// <summary>The whole configuration, resolved. Immutable.</summary>
internal sealed record AgentPlan
{
    /// <summary>The environment variable that replaces the default address, for images and unit files.</summary>
    public const string ListenVariable = "HEALTH_AGENT_LISTEN";

    private const string DefaultListen = "http://127.0.0.1:9464";

    // Kubernetes takes a moment to notify all of its proxies that a pod is gone. On loopback alone there is no load balancer to wait for,
    // but somebody at a terminal.
    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(5);

    // Fewer hosts than these cannot hold up the checks of all others, however long they take to answer.
    private const int HostsThatMayHang = 4;

    /// <summary>Where it came from, as messages say it: the name of the file, or of the sources where there is none.</summary>
    public required string Source { get; init; }

    /// <summary>The kinds that it may name.</summary>
    public required KindIndex Kinds { get; init; }

    /// <summary>What it was merged from, by source; empty for one that was put together by hand.</summary>
    public IReadOnlyList<PlanPart> Parts { get; init; } = [];

    /// <summary>The addresses to listen on; at least one.</summary>
    public required IReadOnlyList<Listener> Listen { get; init; }

    /// <summary>
    /// The names in <c>Host</c> that are served beside those of the loopback interface; empty for what each listener does by default.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Who may see and do what.</summary>
    public AccessRules Access { get; init; } = AccessRules.Unwritten;

    /// <summary>Resource attributes.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>How many runs there may be at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>How many runs there may be at once to one host.</summary>
    public required int ConcurrencyPerHost { get; init; }

    /// <summary>How much memory the bodies and answers of all runs may take at once, in bytes.</summary>
    public long Memory { get; init; } = DefaultMemory;

    /// <summary>How long readiness fails before the agent stops.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>The directory for what outlives a restart; null where nothing does.</summary>
    public string? HistoryPath { get; init; }

    /// <summary>The checks, in the order written.</summary>
    public required IReadOnlyList<CheckPlan> Checks { get; init; }

    /// <summary>The timing of checks that say nothing of it, such as those that are registered in code.</summary>
    public Timing Defaults { get; init; } = Timing.BuiltIn;

    /// <summary>The maintenance windows.</summary>
    public IReadOnlyList<MaintenanceWindow> Maintenance { get; init; } = [];

    /// <summary>What callers may have probed; null for nothing.</summary>
    public ProbePlan? Probe { get; init; }

    /// <summary>
    /// Reads all sources and merges what they have. Those that do not answer at once are read when the agent runs; until then, a check
    /// that is named and that no source has may be theirs.
    /// </summary>
    /// <param name="kinds">The kinds that there are.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="sources">The sources. The first that has settings of the agent gives them; without any, the defaults hold.</param>
    public static LoadedPlan Load(KindIndex kinds, Func<string, string?> environment, params IReadOnlyList<IPlanSource> sources)
    {
        IReadOnlyList<PlanPart> parts = [.. sources.Select(PlanPart.ReadNow)];
        var errors = new ConfigurationErrors("environment");
        var settings = parts.Select(part => part.Settings).FirstOrDefault(given => given is not null)
            ?? Resolve(string.Join(", ", sources.Select(source => source.Name)), new AgentOptions(), kinds, environment, errors);
        var merge = PlanMerge.Of(settings, parts);
        IReadOnlyList<string> lines = [.. errors.ToLines(), .. merge.Errors];
        return new LoadedPlan(lines.Count == 0 ? merge.ToPlan() : null, lines);
    }

    /// <summary>
    /// The settings that are written, and the defaults where nothing is; what is wrong is noted. Without checks and windows.
    /// </summary>
    public static AgentPlan Resolve(
        string source, AgentOptions options, KindIndex kinds, Func<string, string?> environment, ConfigurationErrors errors)
    {
        var listen = options.Listen.Count > 0 ? options.Listen : DefaultAddresses(environment, errors);
        RejectUnusedCertificates(listen, options.Access, errors);
        var concurrency = options.Concurrency ?? DefaultConcurrency;
        var defaults = Timing.BuiltIn.With(options.Defaults);
        return new AgentPlan
        {
            Source = source,
            Kinds = kinds,
            Listen = listen,
            Hosts = ReadHosts(options.Hosts, errors),
            Access = options.Access,
            Labels = options.Labels,
            Concurrency = concurrency,
            ConcurrencyPerHost = options.ConcurrencyPerHost ?? Math.Max(1, concurrency / HostsThatMayHang),
            Memory = options.Memory ?? DefaultMemory,
            Drain = options.Drain ?? (listen.All(listener => Loopback.Is(listener.Url)) ? TimeSpan.Zero : DefaultDrain),
            HistoryPath = options.HistoryPath,
            Checks = [],
            Defaults = defaults,
            Probe = options.Probe is { } probe ? ProbePlan.Of(probe, kinds, defaults) : null,
        };
    }

    /// <summary>This plan, with the very plans of the current one for the checks that are written alike: they are not disturbed.</summary>
    public AgentPlan Keeping(AgentPlan current)
    {
        var known = current.Checks.ToDictionary(check => check.Name, StringComparer.Ordinal);
        return this with
        {
            Checks = [.. Checks.Select(check => known.TryGetValue(check.Name, out var old) && IsSame(old, check) ? old : check)],
        };
    }

    /// <summary>Whether a check is written and switched off, so that it is none of <see cref="Checks"/>.</summary>
    public bool IsSwitchedOff(string check) =>
        Parts.SelectMany(static part => part.Checks).Any(written => written.Name == check && written.Resolve is null);

    // What a check depends on follows from other checks too: one of them may be switched off. Of code nothing is known but that it is the
    // same object.
    private static bool IsSame(CheckPlan old, CheckPlan next) =>
        old.Fingerprint == next.Fingerprint && ReferenceEquals(old.Registered, next.Registered)
        && old.DependsOn.SequenceEqual(next.DependsOn, StringComparer.Ordinal);

    // Runs mostly wait, and cost a socket each: two thousand checks that hang for 5s every 15s come to their verdicts with these.
    private static int DefaultConcurrency => Math.Max(256, Environment.ProcessorCount * 256);

    private static long DefaultMemory => BodyMemory.Default(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static List<Listener> DefaultAddresses(Func<string, string?> environment, ConfigurationErrors errors)
    {
        var addresses = new List<Listener>();
        var written = environment(ListenVariable) is { Length: > 0 } given ? given : DefaultListen;
        foreach (var text in written.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ListenerSettings.ParseShort(text, out var error) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                errors.AddVariable(ListenVariable, error!);
            }
        }

        return addresses;
    }

    private static void RejectUnusedCertificates(IReadOnlyList<Listener> listen, AccessRules access, ConfigurationErrors errors)
    {
        // A listener whose files cannot be read is not there.
        if (!errors.Any && access.Certificates.Count > 0 && listen.All(listener => listener.Tls?.ClientAuthority is null))
        {
            errors.Add(
                default, "access.clientCertificates",
                "no listener asks callers for a certificate; write 'clientAuthority' to one of agent.listen");
        }
    }

    private static List<string> ReadHosts(IReadOnlyList<LocatedText> written, ConfigurationErrors errors)
    {
        var hosts = new List<string>();
        foreach (var (where, text) in written)
        {
            if (HostNames.Read(text) is { } host)
            {
                hosts.Add(host);
            }
            else
            {
                errors.Add(where, "agent.hosts", $"'{text}' is not a host; {HostNames.Remedy}");
            }
        }

        return hosts;
    }
}
