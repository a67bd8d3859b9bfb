using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>A ConfigMap and a Secret, mounted as folders, that change under a running agent.</summary>
public sealed class KubernetesMountTests
{
    private const string Refused = "error_type=\"connection_refused\",health_check_kind=\"tcp\",health_check_name=\"target\"";

    [Fact]
    public async Task Agent_WhoseConfigMapAndSecretAreUpdated_TakesBoth_AndKeepsWhatItHasWhenOneIsWrong()
    {
        var (first, second) = (Containers.FreePort(), Containers.FreePort());
        (string, string) Checks(string more) => ("checks:\n", $"checks:\n  - {{ name: target, kind: tcp, {more} }}\n");
        const string FromSecret = "address: \"${file:/run/secrets/health-agent/address}\", interval: 500ms, timeout: 400ms";
        await using var firstTarget = await WebTarget.StartAsync(first);
        await using var pod = await AgentPod.StartAsync("standalone");
        await UntilMetricAsync(pod, "health_check_up{", "health_check_name=\"agent\"");

        await pod.RotateAsync(("viewer-token", "the-first-token-of-viewers"), ("address", $"127.0.0.1:{first}"));
        await pod.ConfigureAsync(Checks(FromSecret));
        await UntilMetricAsync(pod, "health_check_up{", "health_check_name=\"target\"");

        // A Secret alone, which the configuration names: nobody touched the ConfigMap.
        await pod.RotateAsync(("viewer-token", "the-first-token-of-viewers"), ("address", $"127.0.0.1:{second}"));
        await UntilMetricAsync(pod, "health_check_error{", Refused);
        await pod.RotateAsync(("viewer-token", "the-first-token-of-viewers"), ("address", $"127.0.0.1:{first}"));
        await UntilMetricAsync(pod, "health_check_error{", Refused, isThere: false);

        // A key that is gone is an error, and what is in force stays.
        await pod.RotateAsync(("viewer-token", "the-first-token-of-viewers"));
        await UntilMetricAsync(pod, "health_agent_config_last_reload_successful{} 0", "");
        await UntilMetricAsync(pod, "health_check_up{", "health_check_name=\"target\"");
    }

    private static async Task UntilMetricAsync(AgentPod pod, string name, string labels, bool isThere = true)
    {
        using var client = new HttpClient { BaseAddress = pod.Address(9464) };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            lines => lines?.Any(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(labels, StringComparison.Ordinal))
                == isThere,
            $"{name} with {labels} is {(isThere ? "" : "not ")}in its metrics");
    }
}
