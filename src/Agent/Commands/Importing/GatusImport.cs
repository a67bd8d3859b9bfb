using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Reads a configuration of Gatus: each endpoint becomes a check.</summary>
internal sealed class GatusImport
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    private readonly ImportedNames _names = new();
    private readonly List<ImportedItem> _checks = [];
    private readonly List<ImportedItem> _windows = [];
    private readonly ImportReport _report;
    private readonly ForeignMap _root;
    private readonly Fit _fit;
    private readonly YamlMap _defaults;
    private YamlScalar? _connectivity;

    private GatusImport(ImportInput input, Fit fit)
    {
        (_report, _fit) = (new ImportReport(input.Name), fit);
        _root = new ForeignMap(input.Root, "", _report);
        _defaults = new Draft(default).Add("interval", default, DefaultInterval).Add("timeout", default, DefaultTimeout).Map;
    }

    /// <summary>Turns it into ours.</summary>
    public static ImportedFile Of(ImportInput input, Fit fit) => new GatusImport(input, fit).Read();

    private ImportedFile Read()
    {
        AddConnectivity();
        foreach (var endpoint in _root.Maps("endpoints"))
        {
            AddEndpoint(endpoint);
        }

        foreach (var endpoint in _root.Maps("external-endpoints"))
        {
            AddExternal(endpoint);
        }

        if (_root.Map("maintenance") is { } maintenance)
        {
            AddWindow(maintenance, "maintenance", "*");
        }

        foreach (var (key, message) in GatusSections.Elsewhere)
        {
            _root.Refuse(key, message);
        }

        _root.RefuseRest("Gatus does not know it either; passed over");
        return new ImportedFile
        {
            Source = _report.Source,
            From = "Gatus",
            Notes = _report.Except(_checks.Concat(_windows)),
            Defaults = _defaults,
            Checks = _checks,
            Maintenance = _windows,
        };
    }

    /// <summary>While its target is not reachable, nothing is checked.</summary>
    private void AddConnectivity()
    {
        var connectivity = _root.Map("connectivity");
        var checker = connectivity?.Map("checker");
        connectivity?.RefuseRest();
        if (checker is null)
        {
            return;
        }

        var start = _report.Count;
        var target = checker.Scalar("target");
        var check = new Draft(checker.Where).Add("name", _names.Unique("connectivity")).Add("kind", "tcp")
            .Add("address", target, GatusText.ToOurs);
        AddInterval(checker, check);
        checker.RefuseRest();
        var valid = _fit.Check(check.Map, _defaults, _report);
        _connectivity = valid is null ? null : YamlScalar.Plain("connectivity");
        _checks.Add(new ImportedItem("connectivity", checker.Where, valid, _report.From(start)));
    }

    private void AddEndpoint(ForeignMap endpoint)
    {
        var start = _report.Count;
        var (title, name, group) = NameOf(endpoint);
        var check = new Draft(endpoint.Where).Add("name", name);
        var isKnown = GatusEndpoint.Add(endpoint, check, _fit);
        AddCommon(endpoint, check, group);
        var windows = endpoint.Maps("maintenance-windows");
        endpoint.Refuse("ui", "there is no page in this version; not taken over");
        endpoint.Refuse("store", "it is of suites; not taken over");
        endpoint.Refuse("always-run", "it is of suites; not taken over");
        endpoint.RefuseRest();
        var valid = isKnown ? _fit.Check(check.Map, _defaults, _report) : null;
        if (valid is not null && _connectivity is not null)
        {
            valid = new Draft(valid.Where).AddAll(valid).Append("dependsOn", valid.Where, _connectivity.Value).Map;
        }

        _checks.Add(new ImportedItem(title, endpoint.Where, valid, _report.From(start)));
        foreach (var window in valid is null ? [] : windows)
        {
            AddWindow(window, $"{name}-maintenance", name);
        }
    }

    private void AddExternal(ForeignMap endpoint)
    {
        var start = _report.Count;
        var (title, name, group) = NameOf(endpoint);
        var isKnown = _fit.Kinds.Find("heartbeat") is not null;
        var heartbeat = endpoint.Map("heartbeat");
        var check = new Draft(endpoint.Where).Add("name", name).Add("kind", "heartbeat");
        AddCommon(endpoint, check, group);
        if (heartbeat?.Has("interval") is true)
        {
            AddInterval(heartbeat, check);
        }
        else
        {
            check.Add("interval", endpoint.Where, Units.Longest);
            endpoint.Note("heartbeat.interval: without it, Gatus waits forever for the next result; the agent for "
                + $"{Units.Format(Units.Longest)}: write an interval");
        }

        heartbeat?.RefuseRest();

        check.Add("token", endpoint.Scalar("token"), GatusText.ToOurs);
        endpoint.RefuseRest();
        if (!isKnown)
        {
            endpoint.Note(Unavailable.Kind("heartbeat"));
        }
        else
        {
            endpoint.Note(Unavailable.Push);
        }

        _checks.Add(new ImportedItem(
            title, endpoint.Where, isKnown ? _fit.Check(check.Map, _defaults, _report) : null, _report.From(start)));
    }

    private (string Title, string Name, string? Group) NameOf(ForeignMap endpoint)
    {
        var (name, group) = (endpoint.Text("name") ?? "", endpoint.Text("group"));
        return (string.IsNullOrEmpty(group) ? name : $"{group} / {name}", _names.Unique(name, group), group);
    }

    private void AddCommon(ForeignMap endpoint, Draft check, string? group)
    {
        if (!endpoint.Flag("enabled", byDefault: true))
        {
            check.Add("enabled", new YamlScalar(endpoint.PlaceOf("enabled"), "false", IsPlain: true));
        }

        if (!string.IsNullOrEmpty(group))
        {
            check.Add("group", Draft.Text(endpoint.PlaceOf("group"), ImportedNames.Of(group)));
        }

        if (endpoint.Map("extra-labels") is { } labels)
        {
            foreach (var label in labels.Keys.ToList())
            {
                if (labels.Scalar(label) is { } value)
                {
                    check.Put("labels", ImportedNames.Label(label), Draft.Text(value.Where, GatusText.ToOurs(value.Value)));
                }
            }
        }

        AddInterval(endpoint, check);
        GatusAlerts.Add(endpoint, _root.Map("alerting"), check, _report);
    }

    /// <summary>The interval, and a timeout that fits into it.</summary>
    private static void AddInterval(ForeignMap written, Draft check)
    {
        check.Add("interval", written.Scalar("interval"), static text =>
            ForeignDuration.Parse(text) is { } length ? Units.FormatExactly(length) : GatusText.ToOurs(text));
        var interval = ForeignDuration.Parse(written.Text("interval") ?? "") ?? DefaultInterval;
        if (check.Map.Entries.TryGetValue("timeout", out var timeout)
            && Units.TryParseDuration(((YamlScalar)timeout.Value).Value, out var length) && length > interval && interval > TimeSpan.Zero)
        {
            written.Note($"client.timeout: a run cannot take longer than the interval; {Units.Format(interval)} is written");
            check.Add("timeout", timeout.Value.Where, interval);
        }
    }

    private void AddWindow(ForeignMap written, string name, string check)
    {
        var start = _report.Count;
        var window = GatusMaintenance.Of(written, name, check);
        var valid = window is null ? null : _fit.Window(window, _report);
        _windows.Add(new ImportedItem(name, written.Where, valid, _report.From(start)));
    }
}
