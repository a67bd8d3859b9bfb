using System.CommandLine;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Security;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary><c>list</c>: what is configured, with defaults resolved. Nothing is run.</summary>
internal static class ListCommand
{
    private static readonly string[] Head = ["NAME", "KIND", "TIER", "IMPACT", "EVERY", "TIMEOUT", "HOST", "GROUP", "DEPENDS ON", ""];
    private static readonly string[] MaintenanceHead = ["MAINTENANCE", "STARTS", "LASTS", "CHECKS", "GROUPS"];

    /// <summary>The command; the configuration is where <paramref name="config"/> says.</summary>
    public static Command Create(Option<string?> config)
    {
        var expanded = new Option<bool>("--expanded")
        {
            Description = "Print each check as YAML with defaults, presets and default conditions resolved; secrets are masked.",
        };
        var output = OutputFormat.Option();
        var command = new Command("list", "List what is configured: checks and maintenance windows.") { expanded, output };
        command.SetAction(parsed => Print(
            parsed.GetValue(config), parsed.GetValue(expanded), OutputFormat.IsJson(parsed.GetValue(output))));
        return command;
    }

    private static int Print(string? config, bool isExpanded, bool isJson)
    {
        AgentOptions? options = null;
        if (LoadedConfiguration.From(config, written => options = written) is not { Plan: not null } loaded || options is null)
        {
            return ExitCodes.Configuration;
        }

        // Those that are switched off are planned here only.
        var (kinds, errors) = (new KindIndex(CheckKinds.All), new ConfigurationErrors(loaded.File.Name));
        var enabled = options with { Checks = [.. options.Checks.Select(check => check with { IsEnabled = true })] };
        var plans = Planner.Plan(enabled, kinds, errors);
        var checks = options.Checks.Zip(plans, (written, check) => (written, check.Resolve!(Timing.BuiltIn))).ToList();
        Console.Write((isExpanded, isJson) switch
        {
            (true, true) => NodeJson.Of(Expanded(checks, options.Maintenance)),
            (true, false) => YamlText.Of(Expanded(checks, options.Maintenance)),
            (false, true) => NodeJson.Of(Summary(checks, options.Maintenance)),
            _ => Table(checks, options.Maintenance),
        });
        return ExitCodes.Ok;
    }

    private static string Table(List<(CheckOptions Written, CheckPlan Plan)> checks, IReadOnlyList<MaintenanceOptions> windows)
    {
        var table = TextTable.Of([Head, .. checks.Select(check => Row(check.Written, check.Plan))]);
        return windows.Count == 0 ? table : table + "\n" + TextTable.Of([MaintenanceHead, .. windows.Select(Row)]);
    }

    private static string[] Row(CheckOptions written, CheckPlan plan) =>
    [
        plan.Name, plan.Kind.Name, plan.Tier.Name(), plan.Impact.Name(), Units.Format(plan.Interval), Units.Format(plan.Timeout),
        plan.Host ?? "-", plan.Group ?? "-", Joined(written.DependsOn), written.IsEnabled ? "" : "disabled",
    ];

    private static string[] Row(MaintenanceOptions window) =>
    [
        window.Name, window.Cron is null ? window.Start ?? "-" : $"{window.Cron} {window.TimeZone ?? "UTC"}",
        window.Duration is { } duration ? Units.Format(duration) : "-", Joined(window.Checks), Joined(window.Groups),
    ];

    private static string Joined(IReadOnlyList<LocatedText> names) =>
        names.Count == 0 ? "-" : string.Join(", ", names.Select(name => name.Text));

    private static YamlMap Expanded(List<(CheckOptions Written, CheckPlan Plan)> checks, IReadOnlyList<MaintenanceOptions> windows) =>
        Map(
            ("checks", new YamlList(default, [.. checks.Select(check => ExpandedCheck.Of(check.Written, check.Plan))])),
            ("maintenance", windows.Count == 0 ? null : new YamlList(default, [.. windows.Select(Masked)])));

    private static YamlNode Masked(MaintenanceOptions window) =>
        new WrittenText(window.Settings, new Redactor(window.Settings.Secrets)).Masked(window.Settings.Written);

    private static YamlMap Summary(List<(CheckOptions Written, CheckPlan Plan)> checks, IReadOnlyList<MaintenanceOptions> windows) =>
        Map(
            ("checks", new YamlList(default, [.. checks.Select(check => Summary(check.Written, check.Plan))])),
            ("maintenance", new YamlList(default, [.. windows.Select(Masked)])));

    private static YamlMap Summary(CheckOptions written, CheckPlan plan) => Map(
        ("name", YamlScalar.Quoted(plan.Name)),
        ("kind", YamlScalar.Quoted(plan.Kind.Name)),
        ("tier", YamlScalar.Quoted(plan.Tier.Name())),
        ("impact", YamlScalar.Quoted(plan.Impact.Name())),
        ("enabled", YamlScalar.Plain(written.IsEnabled ? "true" : "false")),
        ("interval", YamlScalar.Quoted(Units.FormatExactly(plan.Interval))),
        ("timeout", YamlScalar.Quoted(Units.FormatExactly(plan.Timeout))),
        ("host", plan.Host is null ? null : YamlScalar.Quoted(plan.Host)),
        ("group", plan.Group is null ? null : YamlScalar.Quoted(plan.Group)),
        ("dependsOn", new YamlList(default, [.. written.DependsOn.Select(name => YamlScalar.Quoted(name.Text))])));

    private static YamlMap Map(params IEnumerable<(string Key, YamlNode? Value)> entries)
    {
        var written = entries.Where(entry => entry.Value is not null);
        return new YamlMap(default, new OrderedDictionary<string, YamlEntry>(
            written.Select(entry => KeyValuePair.Create(entry.Key, YamlEntry.Of(entry.Value!))), StringComparer.Ordinal));
    }
}
