using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Reads what Uptime Kuma exports as JSON: each monitor becomes a check.</summary>
internal sealed class UptimeKumaImport
{
    private readonly ImportedNames _names = new();
    private readonly SortedDictionary<string, int> _ofOtherTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly List<ImportedItem> _checks = [];
    private readonly ImportReport _report;
    private readonly ForeignMap _root;
    private readonly Fit _fit;

    private UptimeKumaImport(ImportInput input, Fit fit)
    {
        (_report, _fit) = (new ImportReport(input.Name), fit);
        _root = new ForeignMap(input.Root, "", _report);
    }

    /// <summary>Turns it into ours.</summary>
    public static ImportedFile Of(ImportInput input, Fit fit) => new UptimeKumaImport(input, fit).Read();

    private ImportedFile Read()
    {
        var monitors = _root.Maps("monitorList");
        foreach (var group in monitors.Where(monitor => monitor.Text("type") == "group" && monitor.Has("id")))
        {
            _groups[group.Text("id")!] = group.Text("name") ?? "";
        }

        foreach (var monitor in monitors)
        {
            AddMonitor(monitor);
        }

        AddFileNotes(monitors.Count);
        return new ImportedFile
        {
            Source = _report.Source,
            From = "Uptime Kuma",
            Notes = _report.Except(_checks),
            Checks = _checks,
        };
    }

    private void AddMonitor(ForeignMap monitor)
    {
        var start = _report.Count;
        var (type, title) = (monitor.Text("type") ?? "", monitor.Text("name") ?? "");
        monitor.PassOver(UptimeKumaKeys.Bookkeeping);
        if (type == "group")
        {
            AddGroup(monitor);
            _checks.Add(new ImportedItem($"group {title}", monitor.Where, Map: null, _report.From(start)));
            return;
        }

        var parent = monitor.Text("parent") is { } id ? _groups.GetValueOrDefault(id) : null;
        var check = new Draft(monitor.Where).Add("name", _names.Unique(title, parent));
        var isKnown = UptimeKumaMonitor.Add(monitor, type, check, _fit);
        AddCommon(monitor, parent, check);
        if (monitor.Text("description") is { Length: > 0 } description)
        {
            title += $": {description}";
        }

        PassOverOtherTypes(monitor, isKnown);
        monitor.RefuseRest();
        _checks.Add(new ImportedItem(
            title, monitor.Where, isKnown ? _fit.Check(check.Map, defaults: null, _report) : null, _report.From(start)));
    }

    /// <summary>A group is nothing by itself: those that name it make it up.</summary>
    private void AddGroup(ForeignMap group)
    {
        if (group.Text("parent") is { } parent && _groups.ContainsKey(parent))
        {
            group.Note(group.PlaceOf("parent"), "parent", "there are no groups within groups: its monitors are of this one only");
        }

        RefuseNotifications(group);
        group.PassOver("name", "type", "parent", "description", "active", "forceInactive", "interval", "retryInterval", "maxretries",
            "upsideDown", "tags");
        PassOverOtherTypes(group, isKnown: true);
        group.RefuseRest();
    }

    private void AddCommon(ForeignMap monitor, string? parent, Draft check)
    {
        if (!monitor.Flag("active", byDefault: true) || monitor.Flag("forceInactive"))
        {
            check.Add("enabled", new YamlScalar(monitor.PlaceOf("active"), "false", IsPlain: true));
        }

        if (parent is not null)
        {
            check.Add("group", Draft.Text(monitor.PlaceOf("parent"), ImportedNames.Of(parent)));
        }

        foreach (var tag in monitor.Maps("tags"))
        {
            var (label, value) = (ImportedNames.Label(tag.Text("name") ?? ""), tag.Text("value") is { Length: > 0 } text ? text : "true");
            var known = check.Map.Entries.TryGetValue("labels", out var labels)
                && ((YamlMap)labels.Value).Entries.TryGetValue(label, out var other) ? ((YamlScalar)other.Value).Value + ", " : "";
            check.Put("labels", label, Draft.Text(tag.Where, known + Draft.Literally(PlainText.Line(value))));
            tag.PassOver("id", "tag_id", "monitor_id", "color");
            tag.RefuseRest();
        }

        RefuseNotifications(monitor);
    }

    private void RefuseNotifications(ForeignMap monitor)
    {
        foreach (var key in (string[])["notificationIDList", "resendInterval"])
        {
            if (monitor.Take(key) is { } node && !UptimeKumaKeys.IsEmpty(node))
            {
                _report.AddRepeated(monitor.PlaceOf(key), $"monitorList[].{key}", Unavailable.Alerts);
            }
        }

        if (monitor.Flag("domainExpiryNotification"))
        {
            _report.AddRepeated(monitor.PlaceOf("domainExpiryNotification"), "monitorList[].domainExpiryNotification",
                Unavailable.Kind("domain"));
        }

        if (monitor.Flag("saveResponse") | monitor.Flag("saveErrorResponse"))
        {
            _report.AddRepeated(monitor.PlaceOf("saveResponse"), "monitorList[].saveResponse", "answers are not stored; not taken over");
        }
    }

    /// <summary>What is of the monitor's own type and was not asked for remains.</summary>
    private void PassOverOtherTypes(ForeignMap monitor, bool isKnown)
    {
        foreach (var key in monitor.Untaken.ToList())
        {
            if (UptimeKumaKeys.IsEmpty(monitor.Peek(key)) || !isKnown)
            {
                monitor.PassOver(key);
            }
            else if (UptimeKumaKeys.IsOfSomeType(key))
            {
                monitor.PassOver(key);
                _ofOtherTypes[key] = _ofOtherTypes.GetValueOrDefault(key) + 1;
            }
        }
    }

    private void AddFileNotes(int monitors)
    {
        if (!_root.Has("monitorList"))
        {
            _report.Add(_root.Where, "monitorList", "it is missing: this is no export of Uptime Kuma; nothing was taken over");
        }

        if (_ofOtherTypes.Count > 0)
        {
            _report.Add(_root.PlaceOf("monitorList"), "monitorList", $"of {monitors} monitors, what Uptime Kuma does not read for "
                + $"their type was "
                + $"passed over: {string.Join(", ", _ofOtherTypes.Select(key => $"{key.Key} ({key.Value})"))}");
        }

        foreach (var notification in _root.Maps("notificationList"))
        {
            notification.Note(Unavailable.Alerts);
        }

        foreach (var proxy in _root.Maps("proxyList", "host"))
        {
            proxy.Note(Unavailable.Proxy);
        }

        foreach (var window in _root.Maps("maintenanceList", "title"))
        {
            var (cron, zone) = (window.Text("cron"), window.Text("timezone"));
            var schedule = string.IsNullOrEmpty(cron) ? "" : $", with cron: \"{cron}\" and timeZone: {zone ?? "UTC"}";
            window.Note($"which monitors it is for is not in the export; write a window under maintenance{schedule}");
        }

        _root.PassOver("version");
        _root.RefuseRest("it is not of the monitors; not taken over");
    }
}
