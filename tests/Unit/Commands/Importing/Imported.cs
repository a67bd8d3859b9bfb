using HealthAgent.Agent.Commands.Importing;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Commands.Importing;

/// <summary>What an import made of a text, and the agent's own reading of that.</summary>
internal sealed record Imported(string Yaml, IReadOnlyList<string> Lines, Configured Configured)
{
    private static readonly KindIndex Kinds = new(CheckKinds.All);

    /// <summary>The checks, each as YAML on one line.</summary>
    public IReadOnlyList<string> Checks => [.. Configured.Options!.Checks.Select(check => Flat(check.Settings.Written))];

    public static Imported Blackbox(string yaml, string? scrape = null) =>
        Of(fit => BlackboxImport.Of(Input("blackbox.yml", yaml), scrape is null ? null : Input("prometheus.yml", scrape), fit));

    public static Imported Gatus(string yaml, params (string Name, string Value)[] environment) =>
        Of(fit => GatusImport.Of(Input("gatus.yaml", yaml), fit), environment);

    public static Imported UptimeKuma(string json) => Of(fit => UptimeKumaImport.Of(Input("kuma.json", json, isJson: true), fit));

    /// <summary>The only check that a text became, on one line.</summary>
    public string Check() => Checks.ShouldHaveSingleItem();

    private static Imported Of(Func<Fit, ImportedFile> read, params (string Name, string Value)[] environment)
    {
        var variables = environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var file = read(new Fit(Kinds, variables.GetValueOrDefault));
        var yaml = file.ToYaml();
        var configured = Configured.Read(yaml, environment);
        configured.Errors.ShouldBeEmpty(yaml);
        return new Imported(yaml, [.. file.Lines()], configured);
    }

    private static ImportInput Input(string name, string text, bool isJson = false)
    {
        var errors = new ConfigurationErrors(name);
        var root = ImportInput.Parse(text, isJson, errors);
        errors.ToLines().ShouldBeEmpty();
        return new ImportInput(name, root.ShouldNotBeNull());
    }

    public static string Flat(YamlNode node) => node switch
    {
        YamlMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {Flat(entry.Value.Value)}"))}}}",
        YamlList list => $"[{string.Join(", ", list.Items.Select(Flat))}]",
        _ => ((YamlScalar)node).Value,
    };
}
