using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Configuration;

/// <summary>Reads the keys of <c>agent.yaml</c> that are common to all kinds.</summary>
internal static class AgentOptionsReader
{
    private const int MostChecks = 100_000;

    private static readonly Setting<AgentOptions> Agent = Setting.Section(
        "agent", "the agent itself", AgentSettings.All, ReadAgent, new AgentOptions());

    private static readonly Setting<TimingOptions> Defaults = Setting.Section(
        "defaults", "timing for checks that write none of their own", TimingSettings.All, TimingSettings.Read, new TimingOptions());

    private static readonly Setting<IReadOnlyList<CheckOptions>> Checks = new(
        "checks", SettingShape.List(SettingShape.Mapping(CheckSettings.All)), "what is watched", static (file, _) => [.. ReadChecks(file)])
    {
        IsRequired = true,
    };

    private static readonly Setting<IReadOnlyList<MaintenanceOptions>> Maintenance = Setting.Sections(
        "maintenance",
        "times in which checks may fail: they are run, but neither reported nor counted",
        MaintenanceSettings.All,
        MaintenanceSettings.Read);

    private static readonly Setting<ProbeOptions?> Probe = Setting.Section(
        "probe", "what others may have probed by `/probe`, as by blackbox_exporter; without it, nothing",
        ProbeSettings.All, ProbeSettings.Read, absent: null);

    /// <summary>The settings of the file.</summary>
    public static readonly IReadOnlyList<Setting> Settings = [Agent, Defaults, Checks, Maintenance, AccessSettings.Access, Probe];

    /// <summary>Reads the whole file; what is wrong is noted in <paramref name="errors"/>.</summary>
    public static AgentOptions Read(YamlMap root, ConfigurationErrors errors, Substitution substitution)
    {
        var file = new SettingsReader(root, errors, substitution);
        file.Declare(Settings);
        var options = file.Get(Agent) with
        {
            Defaults = file.Get(Defaults),
            Checks = file.Get(Checks),
            Maintenance = file.Get(Maintenance),
            Probe = file.Get(Probe),
            Access = file.Get(AccessSettings.Access),
        };
        file.RejectUnknownKeys();
        RejectDuplicates(options.Checks);
        return options;
    }

    private static AgentOptions ReadAgent(SettingsReader settings)
    {
        var agent = new AgentOptions
        {
            Listen = settings.Get(ListenerSettings.Listen),
            Hosts = settings.Get(AgentSettings.Hosts),
            Labels = settings.Get(AgentSettings.Labels),
            Concurrency = settings.Get(AgentSettings.Concurrency),
            ConcurrencyPerHost = settings.Get(AgentSettings.ConcurrencyPerHost),
            Memory = settings.Get(AgentSettings.Memory),
            Drain = settings.Get(AgentSettings.Drain),
            HistoryPath = settings.Get(HistorySettings.Section),
        };
        Labels.RejectBadValues(settings, agent.Labels);
        return agent;
    }

    private static IEnumerable<CheckOptions> ReadChecks(SettingsReader file)
    {
        if (!file.Has(Checks))
        {
            // A file that was emptied by accident would otherwise be a healthy one.
            file.Reject(Checks, "there are no checks; write some, or 'checks: []' to run none");
        }

        var checks = file.Sections(Checks.Name);
        if (checks.Count > MostChecks)
        {
            file.Reject(Checks, $"{checks.Count} checks are too many; one agent runs {MostChecks} at most");
        }

        return checks.Take(MostChecks).Select(CheckSettings.Read);
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
}
