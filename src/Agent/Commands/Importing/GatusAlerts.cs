using System.Globalization;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Alerts of an endpoint of Gatus: how many results in a row make a verdict is taken over, whom to notify is not.</summary>
internal static class GatusAlerts
{
    private const int DefaultFailures = 3, DefaultSuccesses = 2;

    /// <summary>Writes the thresholds.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="alerting">The section with the providers, which may have defaults; null for none.</param>
    /// <param name="check">Where they go.</param>
    /// <param name="report">Where notes go.</param>
    public static void Add(ForeignMap endpoint, ForeignMap? alerting, Draft check, ImportReport report)
    {
        var (failures, successes) = (new List<int>(), new List<int>());
        foreach (var alert in endpoint.Maps("alerts", "type"))
        {
            var defaults = alert.Text("type") is { } type ? alerting?.Map(type)?.Map("default-alert") : null;
            var isEnabled = alert.Flag("enabled", defaults?.Flag("enabled", byDefault: true) ?? true);
            var (failure, success) = (Threshold("failure-threshold", DefaultFailures), Threshold("success-threshold", DefaultSuccesses));
            report.AddRepeated(alert.Where, "endpoints[].alerts[]", Unavailable.Alerts);
            foreach (var key in (string[])["description", "send-on-resolved", "minimum-reminder-interval", "provider-override"])
            {
                if (alert.Has(key))
                {
                    report.AddRepeated(alert.PlaceOf(key), $"endpoints[].alerts[].{key}", "it belongs into Alertmanager's configuration");
                }

                alert.PassOver(key);
            }

            alert.RefuseRest();
            if (isEnabled)
            {
                failures.Add(failure);
                successes.Add(success);
            }

            int Threshold(string key, int byDefault) =>
                int.TryParse(alert.Text(key) ?? defaults?.Text(key), CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number : byDefault;
        }

        if (failures.Count == 0)
        {
            return;
        }

        check.Add("failureThreshold", endpoint.PlaceOf("alerts"), failures.Min());
        check.Add("successThreshold", endpoint.PlaceOf("alerts"), successes.Min());
        if (failures.Min() != failures.Max() || successes.Min() != successes.Max())
        {
            endpoint.Note(endpoint.PlaceOf("alerts"), "alerts", "a check has one threshold, so the smallest is taken; "
                + "write 'for' in the rules of Prometheus for those that shall come later");
        }
    }
}
