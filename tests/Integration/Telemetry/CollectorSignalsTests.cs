using System.Globalization;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Telemetry;

/// <summary>All three signals through a real collector, and their correlation at the backend.</summary>
public sealed class CollectorSignalsTests
{
    // OTLP enum values.
    private const int Internal = 1;
    private const int Client = 3;
    private const int Error = 2;
    private const int Cumulative = 2;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Agent_ThroughACollector_IsHeardWithItsNamesResourceAndIds(string protocol)
    {
        await using var target = await StartTargetAsync();
        await using var sink = await OtlpJsonSink.StartAsync();
        await using var collector = await Collector.StartAsync(sink);
        await using var agent = await AgentProcess.StartAsync($$"""
            agent:
              labels: { env: test }
            defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
            checks:
              - { name: shop, kind: http, url: "{{target.Urls.Single()}}/", group: web, labels: { team: payments } }
              - { name: nobody, kind: tcp, address: 127.0.0.1:1 }
            """,
            protocol == "grpc" ? collector.Grpc : collector.Http,
            protocol,
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging"));

        await SpansAsync(sink);
        await EventsAsync(sink);
        await MetricsAsync(sink);

        await agent.StopAsync();
        sink.Logs.Last().EventName.ShouldBe("health_agent.stopping");
        foreach (var origin in sink.Metrics.Select(metric => metric.Origin).Concat(sink.Spans.Select(span => span.Origin))
            .Concat(sink.Logs.Select(log => log.Origin)))
        {
            ShouldBeOfTheAgent(origin.Resource, sink.Logs.First().Origin.Resource);
        }
    }

    private static async Task SpansAsync(OtlpJsonSink sink)
    {
        var run = await UntilAnyAsync(sink.Spans, span => span.Name == "health_check shop", "a run's span");
        run.Origin.Scope.ShouldBe("HealthAgent");
        run.Kind.ShouldBe(Internal);
        run.ParentSpanId.ShouldBeEmpty();
        run.StatusCode.ShouldNotBe(Error);
        run.Attributes.ShouldContainKeyAndValue("health_check.kind", "http");
        run.Attributes.ShouldContainKeyAndValue("health_check.tier", "dependency");
        run.Attributes.ShouldContainKeyAndValue("health_check.group", "web");
        run.Attributes.ShouldContainKeyAndValue("team", "payments");
        run.Attributes.ShouldContainKeyAndValue("health_check.outcome", "pass");
        run.Attributes.ShouldContainKeyAndValue("user_agent.synthetic.type", "test");

        var client = await UntilAnyAsync(sink.Spans, span => span.ParentSpanId == run.SpanId, "the driver's span below it");
        client.TraceId.ShouldBe(run.TraceId);
        client.Kind.ShouldBe(Client);
        client.Attributes.ShouldContainKeyAndValue("http.response.status_code", "200");
    }

    private static async Task EventsAsync(OtlpJsonSink sink)
    {
        await UntilAnyAsync(sink.Logs, log => log.EventName == "health_agent.started", "the start");
        var became = await UntilAnyAsync(
            sink.Logs, log => log.EventName == "health_check.state_changed" && log.Attributes.Text("health_check.name") == "nobody",
            "a change");
        (became.SeverityNumber, became.SeverityText).ShouldBe((17, "Error"));
        became.Body.ShouldStartWith("nobody is unhealthy, was unknown for ");
        became.Attributes.ShouldContainKeyAndValue("health_check.kind", "tcp");
        became.Attributes.ShouldContainKeyAndValue("health_check.state", "unhealthy");
        became.Attributes.ShouldContainKeyAndValue("health_check.previous_state", "unknown");
        became.Attributes.ShouldContainKeyAndValue("error.type", "connection_refused");

        var cause = await UntilAnyAsync(sink.Spans, span => span.SpanId == became.SpanId, "the run that caused it");
        cause.TraceId.ShouldBe(became.TraceId);
        cause.Name.ShouldBe("health_check nobody");
        cause.StatusCode.ShouldBe(Error);
        cause.Attributes.ShouldContainKeyAndValue("error.type", "connection_refused");
    }

    private static async Task MetricsAsync(OtlpJsonSink sink)
    {
        var duration = await UntilAnyAsync(
            sink.Metrics, metric => metric.Name == "health_check.duration" && metric.Points.Any(point => point.Exemplars.Count > 0),
            "an exemplar");
        (duration.Type, duration.Unit, duration.Temporality).ShouldBe(("histogram", "s", Cumulative));
        var point = duration.Points.First(point => point.Exemplars.Count > 0);
        (point.Bounds[0], point.Bounds[^1]).ShouldBe((0.001, 30));
        foreach (var exemplar in point.Exemplars)
        {
            var run = await UntilAnyAsync(sink.Spans, span => span.SpanId == exemplar.SpanId, "the run of an exemplar");
            run.TraceId.ShouldBe(exemplar.TraceId);
            run.Name.ShouldBe($"health_check {point.Attributes.Text("health_check.name")}");
        }

        var status = await UntilAnyAsync(
            sink.Metrics,
            metric => metric.Name == "health_check.status" && Value(metric, "shop", "healthy") == 1
                && Value(metric, "nobody", "unhealthy") == 1,
            "the states");
        Value(status, "shop", "unhealthy").ShouldBe(0);
        status.Points.Count.ShouldBe(2 * 4, "a series for every state of every check");
    }

    private static double? Value(OtlpMetric metric, string check, string state) => metric.Points
        .FirstOrDefault(point =>
            point.Attributes.Text("health_check.name") == check && point.Attributes.Text("health_check.state") == state)?.Value;

    private static void ShouldBeOfTheAgent(OtlpAttributeMap resource, OtlpAttributeMap first)
    {
        resource.ShouldContainKeyAndValue("service.name", "health-agent");
        resource.Text("service.version").ShouldNotBeEmpty();
        Guid.TryParse(resource.Text("service.instance.id"), CultureInfo.InvariantCulture, out _).ShouldBeTrue();
        resource.ShouldContainKeyAndValue("env", "test");
        resource.ShouldContainKeyAndValue("deployment.environment.name", "staging");
        resource.ShouldBe(first, ignoreOrder: true, "one resource for all three signals");
    }

    private static async Task<T> UntilAnyAsync<T>(IEnumerable<T> arrived, Func<T, bool> wanted, string what) where T : class =>
        (await Eventually.TrueAsync(() => arrived.FirstOrDefault(wanted), found => found is not null, what))!;

    private static async Task<WebApplication> StartTargetAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var target = builder.Build();
        target.MapGet("/", context => context.Response.WriteAsync("fine"));
        await target.StartAsync();
        return target;
    }
}
