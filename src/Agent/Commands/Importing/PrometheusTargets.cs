using System.Globalization;
using HealthAgent.Security;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>The targets of a scrape configuration that was written for blackbox_exporter: a check for each.</summary>
/// <param name="Checks">The checks.</param>
/// <param name="Targets">The patterns that allow just these targets.</param>
/// <param name="AllowAddresses">Those that are addresses and not public.</param>
/// <param name="Notes">What is said of the file as a whole.</param>
internal sealed record PrometheusTargets(
    IReadOnlyList<ImportedItem> Checks, IReadOnlyList<string> Targets, IReadOnlyList<string> AllowAddresses,
    IReadOnlyList<ImportNote> Notes)
{
    private const string Own = "says how Prometheus asks blackbox_exporter; checks of the agent run without it";

    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    // What blackbox_exporter leaves for its answer.
    private static readonly TimeSpan TimeoutOffset = TimeSpan.FromSeconds(0.5);

    /// <summary>Reads the jobs that ask <c>/probe</c>.</summary>
    public static PrometheusTargets Of(ImportInput input, IReadOnlyDictionary<string, BlackboxModule> modules, Fit fit)
    {
        var report = new ImportReport(input.Name);
        var root = new ForeignMap(input.Root, "", report);
        var reading = new Reading(modules, fit, report);
        var global = root.Map("global");
        foreach (var job in root.Maps("scrape_configs", "job_name"))
        {
            reading.Read(job, global);
        }

        root.RefuseRest("is Prometheus' own and stays there");
        return new PrometheusTargets(reading.Checks, [.. reading.Targets.Distinct(StringComparer.Ordinal)],
            [.. reading.AllowAddresses.Distinct(StringComparer.Ordinal)], report.Except(reading.Checks));
    }

    private sealed class Reading(IReadOnlyDictionary<string, BlackboxModule> modules, Fit fit, ImportReport report)
    {
        private readonly ImportedNames _names = new();

        public List<ImportedItem> Checks { get; } = [];

        public List<string> Targets { get; } = [];

        public List<string> AllowAddresses { get; } = [];

        public void Read(ForeignMap job, ForeignMap? global)
        {
            var parameters = job.Map("params");
            var (name, module) = (job.Text("job_name") ?? "", parameters?.Last("module"));
            if (job.Text("metrics_path") != "/probe" && module is null)
            {
                report.Add(job.Where, job.Path, "scrapes something else than blackbox_exporter; it stays in Prometheus");
                return;
            }

            var interval = DurationOf(job, "scrape_interval") ?? DurationOf(global, "scrape_interval") ?? DefaultInterval;
            var timeout = DurationOf(job, "scrape_timeout") ?? DurationOf(global, "scrape_timeout") ?? DefaultTimeout;
            timeout = Units.Shorter(timeout > TimeoutOffset ? timeout - TimeoutOffset : timeout, interval);
            var groups = job.Maps("static_configs");
            foreach (var relabel in job.Maps("relabel_configs").Where(static relabel => !IsUsual(relabel)))
            {
                relabel.Note("this relabelling is not taken over; write what it leads to by hand");
            }

            parameters?.RefuseRest("is not a parameter of blackbox_exporter that the agent knows; not taken over");
            foreach (var key in job.Keys.Where(static key => key.EndsWith("_sd_configs", StringComparison.Ordinal)).ToList())
            {
                job.Refuse(key, "targets are taken from static_configs only; write those that it finds by hand");
            }

            job.RefuseRest(Own);
            foreach (var group in groups)
            {
                AddTargets(group, name, module, interval, timeout);
            }
        }

        private void AddTargets(ForeignMap group, string job, YamlScalar? module, TimeSpan interval, TimeSpan timeout)
        {
            var (targets, labels) = (group.Scalars("targets"), group.Map("labels"));
            group.RefuseRest();
            module = labels?.Scalar("__param_module") ?? module;
            var draft = new Draft(group.Where);
            foreach (var label in labels?.Keys.Where(static label => !label.StartsWith("__", StringComparison.Ordinal)).ToList() ?? [])
            {
                if (labels!.Scalar(label) is { } value)
                {
                    draft.Put("labels", ImportedNames.Label(label), Draft.Text(value.Where, Draft.Literally(value.Value)));
                }
            }

            var known = modules.GetValueOrDefault(module?.Value ?? "");
            if (known?.Map is null)
            {
                group.Note($"there is no module '{module?.Value}' among those that were taken over, so these targets are not either");
            }

            foreach (var target in known?.Map is null ? [] : targets)
            {
                Add(target, job, known!, draft.Map, interval, timeout);
            }
        }

        private void Add(YamlScalar target, string job, BlackboxModule module, YamlMap labels, TimeSpan interval, TimeSpan timeout)
        {
            var start = report.Count;
            var isHttp = module.Kind == "http";
            var url = isHttp && !target.Value.Contains("://", StringComparison.Ordinal) ? $"http://{target.Value}" : target.Value;
            var check = new Draft(target.Where)
                .Add("name", _names.Unique(target.Value.Split("://")[^1].TrimEnd('/'), job))
                .Add("kind", module.Kind!)
                .Add("group", ImportedNames.Of(job))
                .Add("labels", labels.Entries.TryGetValue("labels", out var written) ? written.Value : null)
                .Add(isHttp ? "url" : "address", Draft.Text(target.Where, Draft.Literally(url)))
                .Add("interval", target.Where, interval)
                .Add("timeout", target.Where, timeout);
            foreach (var (key, entry) in module.Map!.Entries.Where(entry => entry.Key is not "kind"))
            {
                var isShorter = key != "timeout" || (entry.Value is YamlScalar { Value: var text }
                    && Units.TryParseDuration(text, out var own) && own < timeout);
                check.Add(key, isShorter ? Moved(entry.Value, target.Where) : null);
            }

            Checks.Add(new ImportedItem(target.Value, target.Where, fit.Check(check.Map, defaults: null, report), report.From(start)));
            Allow(target, isHttp);
        }

        /// <summary>Lets the target be asked for, and nothing else.</summary>
        private void Allow(YamlScalar target, bool isHttp)
        {
            if ((isHttp ? ProbeTarget.OfUrl(target.Value, out var error) : ProbeTarget.OfAddress(target.Value, out error)) is not { } parts)
            {
                report.Add(target.Where, "targets", $"/probe does not take this target: {error}");
                return;
            }

            var host = parts.Host.Contains(':', StringComparison.Ordinal) ? $"[{parts.Host}]" : parts.Host;
            var pattern = string.Create(CultureInfo.InvariantCulture, $"{(isHttp ? $"{parts.Scheme}://" : "")}{host}:{parts.Port}");
            var withPath = pattern + parts.Path;
            Targets.Add(isHttp && TargetPattern.Parse(withPath) is not null ? withPath : pattern);
            if (parts.Address is { } address && SpecialAddresses.Describe(address) is not null)
            {
                AllowAddresses.Add(parts.Host);
            }
        }

        /// <summary>A value at another place, so that what is said of it is said of this file.</summary>
        private static YamlNode Moved(YamlNode node, Location where) => node switch
        {
            YamlMap map => new YamlMap(where, new OrderedDictionary<string, YamlEntry>(
                map.Entries.Select(entry => KeyValuePair.Create(entry.Key, new YamlEntry(where, Moved(entry.Value.Value, where)))),
                StringComparer.Ordinal)),
            YamlList list => new YamlList(where, [.. list.Items.Select(item => Moved(item, where))]),
            _ => node with { Where = where },
        };

        /// <summary>Whether it is one of the three that everybody copies: target to parameter, address to the exporter's.</summary>
        private static bool IsUsual(ForeignMap relabel) =>
            (string.Join(',', relabel.Scalars("source_labels").Select(label => label.Value)), relabel.Text("target_label")) is
                ("__address__", "__param_target") or ("__param_target", "instance") or (_, "__address__");

        private static TimeSpan? DurationOf(ForeignMap? map, string key) => map?.Text(key) is { } text
            && ForeignDuration.Parse(text) is { } duration && duration > TimeSpan.Zero ? duration : null;
    }
}
