using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>What endpoints of Gatus of all types have.</summary>
internal static class GatusCommon
{
    /// <summary>How often an endpoint is evaluated unless written.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>Writes it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="check">Where it goes.</param>
    /// <param name="group">The group; null or empty for none.</param>
    /// <param name="alerting">The section with the providers of alerts; null for none.</param>
    /// <param name="report">Where notes go.</param>
    public static void Add(ForeignMap endpoint, Draft check, string? group, ForeignMap? alerting, ImportReport report)
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
        GatusAlerts.Add(endpoint, alerting, check, report);
    }

    /// <summary>The interval, and a timeout that fits into it.</summary>
    public static void AddInterval(ForeignMap written, Draft check)
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
}
