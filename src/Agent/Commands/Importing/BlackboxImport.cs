using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Reads a configuration of Prometheus' blackbox_exporter: its modules become those of <c>/probe</c>.</summary>
internal static class BlackboxImport
{
    private const string NoTargets =
        "blackbox_exporter probes whatever it is asked for; the agent only what stands in probe.targets, which is empty: write patterns there, "
        + "or give the scrape configuration with --targets";

    /// <summary>Turns it into ours.</summary>
    /// <param name="input">The configuration.</param>
    /// <param name="scrape">A scrape configuration of Prometheus with its targets; null for none.</param>
    /// <param name="fit">What is valid.</param>
    public static ImportedFile Of(ImportInput input, ImportInput? scrape, Fit fit)
    {
        var report = new ImportReport(input.Name);
        var root = new ForeignMap(input.Root, "", report);
        var (items, modules) = (new List<ImportedItem>(), new Dictionary<string, BlackboxModule>(StringComparer.Ordinal));
        if (root.Map("modules") is { } written)
        {
            foreach (var name in written.Keys.ToList())
            {
                var start = report.Count;
                if (written.Map(name) is { } module)
                {
                    var read = BlackboxModule.Read(name, module, fit);
                    modules[name] = read with { Map = read.Map is null ? null : Valid(read, fit, report) };
                }

                items.Add(new ImportedItem(name, written.PlaceOf(name), modules.GetValueOrDefault(name)?.Map, report.From(start)));
            }
        }

        var first = report.Count;
        root.RefuseRest();
        var targets = scrape is null ? null : PrometheusTargets.Of(scrape, modules, fit);
        if (targets is null)
        {
            report.Add(input.Root.Where, "modules", NoTargets);
        }

        return new ImportedFile
        {
            Source = input.Name,
            From = "blackbox_exporter",
            Notes = [.. report.From(first), .. targets?.Notes ?? []],
            Modules = items,
            Targets = targets?.Targets ?? [],
            Checks = targets?.Checks ?? [],
        };
    }

    /// <summary>What is valid of a module as a check of some target.</summary>
    private static YamlMap? Valid(BlackboxModule module, Fit fit, ImportReport report)
    {
        var target = module.Kind == "http" ? ("url", "http://target.example/") : ("address", "target.example:1");
        var check = new Draft(module.Map!.Where).Add("name", ImportedNames.Of(module.Name)).Add("interval", default, TimeSpan.FromDays(1))
            .Add(target.Item1, target.Item2);
        check.AddAll(module.Map);
        return fit.Check(check.Map, defaults: null, report) is not { } valid ? null : valid with
        {
            Entries = new OrderedDictionary<string, YamlEntry>(
                valid.Entries.Where(entry => entry.Key is not "name" and not "interval" && entry.Key != target.Item1), StringComparer.Ordinal),
        };
    }
}
