namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Reads a configuration of Prometheus' blackbox_exporter: its modules become those of <c>/probe</c>.</summary>
internal static class BlackboxImport
{
    // A name that leads nowhere, ever (RFC 6761).
    private const string Nothing = "target.invalid";

    private const string NoTargets =
        "blackbox_exporter probes whatever it is asked for, the agent only what probe.targets allows, which is nothing so far: write "
            + "patterns "
        + "there, or give Prometheus' scrape configuration with --targets";

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
                    modules[name] = read with { Map = read.Map is null ? null : fit.Module(name, read.Map, report) };
                }

                items.Add(new ImportedItem(name, written.PlaceOf(name), modules.GetValueOrDefault(name)?.Map, report.From(start)));
            }
        }

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
            Notes = [.. report.Except(items), .. targets?.Notes ?? []],
            Modules = items,
            Targets = targets is { Targets.Count: > 0 } ? targets.Targets : [Nothing],
            AllowAddresses = targets?.AllowAddresses ?? [],
            Checks = targets?.Checks ?? [],
        };
    }
}
