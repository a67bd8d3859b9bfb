using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Memory;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Planning;

/// <summary>The whole configuration, resolved. Immutable.</summary>
internal sealed record AgentPlan
{
    /// <summary>The environment variable that replaces the default address, for images and unit files.</summary>
    public const string ListenVariable = "HEALTH_AGENT_LISTEN";

    private const string DefaultListen = "http://127.0.0.1:9464";

    // Kubernetes takes a moment to tell all of its proxies that a pod is gone. On loopback alone there is no load balancer to wait for, but
    // somebody at a terminal.
    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(5);

    // Fewer hosts than these cannot hold up the checks of all others, however long they take to answer.
    private const int HostsThatMayHang = 4;

    /// <summary>Where the configuration came from, and is read from again.</summary>
    public required ConfigurationFile File { get; init; }

    /// <summary>The kinds that it may name.</summary>
    public required KindIndex Kinds { get; init; }

    /// <summary>What was in that, and in the files that it names.</summary>
    public IReadOnlyList<FileSeen> FilesSeen { get; init; } = [];

    /// <summary>What that is called in messages.</summary>
    public string Source => File.Name;

    /// <summary>The addresses to listen on; at least one.</summary>
    public required IReadOnlyList<Uri> Listen { get; init; }

    /// <summary>The names in <c>Host</c> that are served beside those of the loopback interface; empty for what each listener does by default.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

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

    /// <summary>The checks, in the order written.</summary>
    public required IReadOnlyList<CheckPlan> Checks { get; init; }

    /// <summary>The timing of checks that say nothing of it, such as those that are registered in code.</summary>
    public Timing Defaults { get; init; } = Timing.BuiltIn;

    /// <summary>The maintenance windows.</summary>
    public IReadOnlyList<MaintenanceWindow> Maintenance { get; init; } = [];

    /// <summary>Reads and resolves a configuration; null when anything is wrong, all of which is noted.</summary>
    /// <param name="file">The configuration.</param>
    /// <param name="kinds">The kinds that it may name.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="errors">Where what is wrong is noted.</param>
    /// <param name="files">Where the files that were read are noted, for those who watch them.</param>
    public static AgentPlan? Load(
        ConfigurationFile file, KindIndex kinds, Func<string, string?> environment, ConfigurationErrors errors, FilesRead files) =>
        file.Read(errors, environment, files) is { } options ? Resolve(options, file, kinds, environment, errors, files) : null;

    /// <summary>Resolves a configuration that was read; null when anything is wrong, all of which is noted.</summary>
    public static AgentPlan? Resolve(
        AgentOptions options, ConfigurationFile file, KindIndex kinds, Func<string, string?> environment, ConfigurationErrors errors, FilesRead files)
    {
        var listen = options.Listen.Count > 0 ? options.Listen : DefaultAddresses(environment, errors);
        var concurrency = options.Concurrency ?? DefaultConcurrency;
        var plan = new AgentPlan
        {
            File = file,
            Kinds = kinds,
            Listen = listen,
            Hosts = ReadHosts(options.Hosts, errors),
            Labels = options.Labels,
            Concurrency = concurrency,
            ConcurrencyPerHost = options.ConcurrencyPerHost ?? Math.Max(1, concurrency / HostsThatMayHang),
            Memory = options.Memory ?? DefaultMemory,
            Drain = options.Drain ?? (listen.All(Access.IsLoopback) ? TimeSpan.Zero : DefaultDrain),
            Checks = Planner.Plan(options, kinds, errors),
            Defaults = Timing.BuiltIn.With(options.Defaults),
            Maintenance = MaintenanceWindow.Plan(options, errors),
        };
        // Settings are read as checks are planned, so only now all files were.
        return errors.Any ? null : plan with { FilesSeen = [.. files.Seen] };
    }

    /// <summary>This plan, with the very plans of the current one for the checks that are written alike: they are not disturbed.</summary>
    public AgentPlan Keeping(AgentPlan current)
    {
        var known = current.Checks.ToDictionary(check => check.Name, StringComparer.Ordinal);
        return this with
        {
            Checks = [.. Checks.Select(check => known.TryGetValue(check.Name, out var old) && old.Fingerprint == check.Fingerprint ? old : check)],
        };
    }

    // Runs mostly wait, and cost a socket each: two thousand checks that hang for 5s every 15s come to their verdicts with these.
    private static int DefaultConcurrency => Math.Max(256, Environment.ProcessorCount * 256);

    private static long DefaultMemory => BodyMemory.Default(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static List<Uri> DefaultAddresses(Func<string, string?> environment, ConfigurationErrors errors)
    {
        var addresses = new List<Uri>();
        var written = environment(ListenVariable) is { Length: > 0 } given ? given : DefaultListen;
        foreach (var text in written.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (AgentOptionsReader.ParseListen(text) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                errors.AddVariable(ListenVariable, $"'{text}' is not an address to listen on; {AgentOptionsReader.ListenRemedy}");
            }
        }

        return addresses;
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
