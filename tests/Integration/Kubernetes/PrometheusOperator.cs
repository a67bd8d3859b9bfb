namespace HealthAgent.Integration.Kubernetes;

/// <summary>As much of the Prometheus operator's types as the manifests use. Whatever else they say is an error.</summary>
internal sealed class ServiceMonitor
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public k8s.Models.V1ObjectMeta Metadata { get; set; } = new();

    public Specification Spec { get; set; } = new();

    internal sealed class Specification
    {
        public k8s.Models.V1LabelSelector Selector { get; set; } = new();

        public string JobLabel { get; set; } = "";

        public List<Endpoint> Endpoints { get; set; } = [];
    }

    internal sealed record Endpoint
    {
        public string Port { get; set; } = "";

        public string Path { get; set; } = "";

        public string Interval { get; set; } = "";

        public string ScrapeTimeout { get; set; } = "";
    }
}

/// <summary>Rules for Prometheus; their own form is promtool's to judge.</summary>
internal sealed class PrometheusRule
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public k8s.Models.V1ObjectMeta Metadata { get; set; } = new();

    public Specification Spec { get; set; } = new();

    internal sealed class Specification
    {
        public List<Dictionary<string, object>> Groups { get; set; } = [];
    }
}
