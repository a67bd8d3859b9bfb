using System.Text.RegularExpressions;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Configuration;

/// <summary>Reads the keys of <c>agent.yaml</c> that are common to all kinds.</summary>
internal static partial class AgentOptionsReader
{
    /// <summary>What to write as an address to listen on.</summary>
    public const string ListenRemedy = "write http://IP:PORT, such as http://127.0.0.1:9464, or http://*:9464 for all addresses";

    /// <summary>The setting that switches a check off.</summary>
    public const string Enabled = "enabled";

    private const int MostChecks = 100_000;

    // With less, bodies of the default maxBody would not fit.
    private const double LeastMemory = 16L * 1024 * 1024;
    private const double MostMemory = 1024L * 1024 * 1024 * 1024;

    // Load balancers ask every 30 s and believe the second or third answer.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(5);

    // A century: a time that lies this long before any other is still a date.
    private static readonly TimeSpan LongestMaintenance = TimeSpan.FromDays(36_500);

    /// <summary>Reads the whole file; what is wrong is noted in <paramref name="errors"/>.</summary>
    public static AgentOptions Read(YamlMap root, ConfigurationErrors errors, Substitution substitution)
    {
        var file = new SettingsReader(root, errors, substitution);
        var agent = file.Section("agent");
        var defaults = file.Section("defaults");
        var options = new AgentOptions
        {
            Listen = ReadListen(agent, errors),
            Hosts = agent?.Texts("hosts") ?? [],
            Labels = agent?.Map("labels") ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Concurrency = agent?.Integer("concurrency", least: 1, most: 100_000),
            ConcurrencyPerHost = agent?.Integer("concurrencyPerHost", least: 1, most: 100_000),
            Memory = ReadMemory(agent),
            Drain = agent?.Duration("drain", least: TimeSpan.Zero, most: LongestDrain),
            Defaults = defaults is null ? new TimingOptions() : ReadTiming(defaults),
            Checks = [.. ReadChecks(file)],
            Maintenance = [.. file.Sections("maintenance").Select(ReadMaintenance)],
        };

        if (agent is not null)
        {
            Labels.RejectBadValues(agent, options.Labels);
            agent.RejectUnknownKeys();
        }

        defaults?.RejectUnknownKeys();
        file.RejectUnknownKeys();
        RejectDuplicates(options.Checks);
        return options;
    }

    /// <summary>Reads an address to listen on: <c>http://HOST:PORT</c> and nothing behind it, the host being no name but localhost; <c>*</c> and <c>+</c> are <c>[::]</c>.</summary>
    public static Uri? ParseListen(string text) =>
        Uri.TryCreate(text.Replace("//*", "//[::]", StringComparison.Ordinal).Replace("//+", "//[::]", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.Host == "localhost")
            ? uri
            : null;

    private static IEnumerable<CheckOptions> ReadChecks(SettingsReader file)
    {
        if (!file.Has("checks"))
        {
            // A file that was emptied by accident would otherwise be a healthy one.
            file.Reject("checks", "there are no checks; write some, or 'checks: []' to run none");
        }

        var checks = file.Sections("checks");
        if (checks.Count > MostChecks)
        {
            file.Reject("checks", $"{checks.Count} checks are too many; one agent runs {MostChecks} at most");
        }

        return checks.Take(MostChecks).Select(ReadCheck);
    }

    private static MaintenanceOptions ReadMaintenance(SettingsReader settings)
    {
        var window = new MaintenanceOptions
        {
            Name = settings.RequiredText("name"),
            Checks = settings.Texts("checks"),
            Groups = settings.Texts("groups"),
            Cron = settings.Text("cron"),
            Start = settings.Text("start"),
            Duration = settings.Duration("duration", least: TimeSpan.FromSeconds(1), most: LongestMaintenance),
            TimeZone = settings.Text("timeZone"),
            Settings = settings,
        };
        RejectBadName(settings, "name", window.Name);
        settings.RejectUnknownKeys();
        return window;
    }

    private static long? ReadMemory(SettingsReader? agent)
    {
        if (agent?.Size("memory") is not { } memory)
        {
            return null;
        }

        if (memory is < LeastMemory or > MostMemory)
        {
            agent.Reject("memory", $"must be from {Units.FormatSize(LeastMemory)} to {Units.FormatSize(MostMemory)}");
        }

        return (long)Math.Clamp(memory, LeastMemory, MostMemory);
    }

    private static List<Uri> ReadListen(SettingsReader? agent, ConfigurationErrors errors)
    {
        var addresses = new List<Uri>();
        foreach (var (where, text) in agent?.Texts("listen") ?? [])
        {
            if (ParseListen(text) is { } uri)
            {
                addresses.Add(uri);
            }
            else
            {
                errors.Add(where, "agent.listen", $"'{text}' is not an address to listen on; {ListenRemedy}");
            }
        }

        return addresses;
    }

    private static TimingOptions ReadTiming(SettingsReader settings) => new()
    {
        Interval = settings.Duration("interval", least: TimeSpan.FromMilliseconds(100), most: Units.Longest),
        Timeout = settings.Duration("timeout", least: TimeSpan.FromMilliseconds(1), most: Units.Longest),
        Retries = settings.Integer("retries", least: 0, most: 100),
        RetryInterval = settings.Duration("retryInterval", least: TimeSpan.FromMilliseconds(10), most: Units.Longest),
        FailureThreshold = settings.Integer("failureThreshold", least: 1, most: 1000),
        SuccessThreshold = settings.Integer("successThreshold", least: 1, most: 1000),
        Objective = settings.Share("objective"),
    };

    private static CheckOptions ReadCheck(SettingsReader settings)
    {
        var check = new CheckOptions
        {
            Name = settings.RequiredText("name"),
            Kind = settings.RequiredText("kind"),
            IsEnabled = settings.Boolean(Enabled) ?? true,
            Tier = settings.Text("tier"),
            Impact = settings.Text("impact"),
            Group = settings.Text("group"),
            Labels = settings.Map("labels"),
            Timing = ReadTiming(settings),
            DependsOn = settings.Texts("dependsOn"),
            Expect = settings.Texts("expect"),
            Warn = settings.Texts("warn"),
            Settings = settings,
        };
        RejectBadName(settings, "name", check.Name);
        RejectBadName(settings, "group", check.Group);
        Labels.RejectBadNames(settings, check.Labels.Keys);
        Labels.RejectBadValues(settings, check.Labels);
        return check;
    }

    /// <summary>Whether it may be the name of a check or of a group.</summary>
    internal static bool IsName(string name) => Name().IsMatch(name);

    private static void RejectBadName(SettingsReader settings, string key, string? name)
    {
        if (name is { Length: > 0 } && !IsName(name))
        {
            settings.Reject(key, $"'{name}' is not a name; use small letters, digits and . _ - after a first letter or digit");
        }
    }

    private static void RejectDuplicates(IReadOnlyList<CheckOptions> checks)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var check in checks)
        {
            if (check.Name.Length > 0 && !lines.TryAdd(check.Name, check.Settings.Where.Line))
            {
                check.Settings.Reject("name", $"another check, on line {lines[check.Name]}, has this name; names are unique");
            }
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
