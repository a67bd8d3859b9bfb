using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Support;

/// <summary>A configuration read from text, as far as it could be read.</summary>
internal sealed record Configured(AgentOptions? Options, IReadOnlyList<CheckPlan> Plans, IReadOnlyList<string> Errors)
{
    private static readonly KindIndex Kinds = new(CheckKinds.All);

    public IReadOnlyList<MaintenanceWindow> Maintenance { get; private init; } = [];

    public AgentPlan? Agent { get; private init; }

    /// <summary>Reads YAML with an environment of its own.</summary>
    public static Configured Read(string yaml, params (string Name, string Value)[] environment)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var options = YamlTree.Read(yaml, errors) is { } root
            ? AgentOptionsReader.Read(root, errors, new Substitution(variables.GetValueOrDefault, new FilesRead()))
            : null;
        if (options is null)
        {
            return new Configured(null, [], errors.ToLines());
        }

        var source = new FileSource(new ConfigurationFile("agent.yaml"), Kinds, variables.GetValueOrDefault);
        var part = source.PartOf(options, errors);
        var merge = PlanMerge.Of(part.Settings!, part);
        var plan = merge.ToPlan();
        return new Configured(options, plan.Checks, merge.Errors) { Maintenance = plan.Maintenance, Agent = plan };
    }

    /// <summary>The plan of one valid check, given as the lines below its name.</summary>
    public static CheckPlan Plan(params string[] lines)
    {
        var configured = Read($"checks:\n  - name: subject\n{string.Concat(lines.Select(line => $"    {line}\n"))}");
        configured.Errors.ShouldBeEmpty();
        return configured.Plans.ShouldHaveSingleItem();
    }

    /// <summary>A reader over a mapping, for settings read one by one, and where its errors go.</summary>
    public static (SettingsReader Settings, ConfigurationErrors Errors) Settings(string yaml)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var root = YamlTree.Read(yaml, errors).ShouldNotBeNull();
        return (new SettingsReader(root, errors, new Substitution(_ => null, new FilesRead())), errors);
    }

    /// <summary>What a kind is given of a check without conditions, and where its errors go.</summary>
    public static (PlanContext Context, ConfigurationErrors Errors) Context(IReadOnlyList<Setting> declared, string yaml)
    {
        var (settings, errors) = Settings(yaml);
        settings.Declare(declared);
        return (new PlanContext(
            "subject", Tier.Dependency, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), new Conditions([], []), settings), errors);
    }
}
