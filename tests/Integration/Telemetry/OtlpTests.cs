using System.Globalization;
using System.Net;
using HealthAgent.Integration.Support;
using HealthAgent.Integration.Support.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Telemetry;

/// <summary>OTLP export: metrics, one trace per run, events, and matching ids.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Agent_WithAnEndpoint_SendsMetricsTracesAndEventsThatBelongTogether()
    {
        var seen = new List<string>();
        await using var target = await StartTargetAsync(seen);
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync($"""
              - name: shop
                kind: http
                url: {target.Urls.Single()}/health?token=secret-in-query
              - name: nobody
                kind: tcp
                address: 127.0.0.1:1
            """, otlp);

        var run = (await Eventually.TrueAsync(() => otlp.RunsOf("shop"), runs => runs.Count > 0, "a run's span"))[0];
        run.ParentSpanId.IsEmpty.ShouldBeTrue();
        run.Text("health_check.kind").ShouldBe("http");
        run.Text("health_check.tier").ShouldBe("dependency");
        run.Text("health_check.outcome").ShouldBe("pass");
        run.Text("user_agent.synthetic.type").ShouldBe("test");
        run.Status?.Code.ShouldNotBe(2);

        // The driver's own client span lies below, and its trace went to the target.
        var client = await Eventually.TrueAsync(
            () => otlp.Spans.FirstOrDefault(span => span.ParentSpanId == run.SpanId), span => span is not null, "the client span");
        client!.TraceId.ShouldBe(run.TraceId);
        client.Attributes.ToString().ShouldNotContain("secret-in-query");
        seen.ShouldContain(parent =>
            parent.Contains(run.TraceId.Hex(), StringComparison.Ordinal) && parent.Contains(client.SpanId.Hex(), StringComparison.Ordinal));

        var became = (await Eventually.TrueAsync(() => otlp.TransitionsOf("nobody"), events => events.Count > 0, "an event"))[0];
        became.SeverityText.ShouldBe("Error");
        became.SeverityNumber.ShouldBe(17);
        became.Text("health_check.state").ShouldBe("unhealthy");
        became.Text("health_check.previous_state").ShouldBe("unknown");
        became.Text("error.type").ShouldBe("connection_refused");
        var cause = await Eventually.TrueAsync(
            () => otlp.RunsOf("nobody").FirstOrDefault(span => span.SpanId == became.SpanId), span => span is not null,
            "the run that caused it");
        cause!.TraceId.ShouldBe(became.TraceId);
        cause.Status.Code.ShouldBe(2);
        cause.Text("error.type").ShouldBe("connection_refused");

        var status = await Eventually.TrueAsync(
            () => otlp.Metrics.LastOrDefault(metric => metric.Name == "health_check.status" && PointOf(metric, "nobody", "unhealthy") == 1),
            metric => metric is not null,
            "health_check.status");
        PointOf(status!, "nobody", "healthy").ShouldBe(0);
        otlp.Metrics.ShouldContain(
            metric => metric.Name == "health_check.duration" && metric.Unit == "s"
                && metric.Histogram.Points.Any(point => point.Count > 0));
        otlp.Resources.First().Attributes.Text("service.name").ShouldBe("health-agent");
        otlp.Resources.First().Attributes.Text("env").ShouldBe("test");
    }

    [Fact]
    public async Task Agent_TracedRun_NamesItsTraceInTheAnswer()
    {
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync("""
              - name: nobody
                kind: tcp
                address: 127.0.0.1:1
            """, otlp);

        var state = await agent.UntilAsync("nobody", "unhealthy");

        var trace = state.GetProperty("last").GetProperty("traceId").GetString();
        await Eventually.TrueAsync(
            () => otlp.RunsOf("nobody"), runs => runs.Any(run => run.TraceId.Hex() == trace), "the trace that the answer names");
    }

    [Fact]
    public async Task Agent_WithoutACollector_WatchesOnAndCountsWhatItGivesUp()
    {
        await using var agent = await TestAgent.StartAsync(
            string.Concat(Enumerable.Range(0, 40).Select(i => $"  - {{ name: nobody-{i}, kind: tcp, address: 127.0.0.1:1 }}\n")),
            otlp: null,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", "8"), ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "8"));

        // All emit their transition; at most eight are being sent, and eight are queued.
        var metrics = await Eventually.TrueAsync(
            async () => (await agent.GetAsync("/metrics")).Body.Split('\n'),
            lines => Value(lines, "health_agent_export_lost_total{health_agent_export_signal=\"logs\"}") >= 24,
            "losses are counted");

        Value(metrics, "health_agent_export_failures_total{error_type=\"connection_refused\",health_agent_export_signal=\"logs\"}")
            .ShouldNotBeNull().ShouldBeGreaterThan(0);
        (await agent.GetAsync("/livez")).Code.ShouldBe(HttpStatusCode.OK);
        metrics.Count(line =>
            line.StartsWith("health_check_up{", StringComparison.Ordinal) && line.EndsWith(" 0", StringComparison.Ordinal)).ShouldBe(40);
    }

    private static double? Value(IEnumerable<string> metrics, string series) =>
        metrics.Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Select(line => (double?)double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)).FirstOrDefault();

    private static long? PointOf(Metric metric, string check, string state) => metric.Sum?.Points
        .FirstOrDefault(point =>
            point.Attributes.Text("health_check.name") == check && point.Attributes.Text("health_check.state") == state)?.Whole;

    private static async Task<WebApplication> StartTargetAsync(List<string> traceParents)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var target = builder.Build();
        target.MapGet("/health", context =>
        {
            lock (traceParents)
            {
                traceParents.Add(context.Request.Headers.TraceParent.ToString());
            }

            return context.Response.WriteAsync("fine");
        });
        await target.StartAsync();
        return target;
    }
}
