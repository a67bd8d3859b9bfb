using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Telemetry;

/// <summary>Which traces are exported, and their content.</summary>
public sealed class TraceTests : IAsyncDisposable
{
    private readonly string _folder = TemporaryFolder.Create("traces-").FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Runs_SampledByShare_AreAllKeptThatFailedOrChangedAStatus()
    {
        await using var target = await StartTargetAsync();
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync(
            $"""
              - name: well
                kind: http
                url: {target.Urls.Single()}/200
              - name: broken
                kind: http
                url: {target.Urls.Single()}/500
            """,
            otlp,
            ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0"));
        await agent.UntilAsync("well", "healthy");
        await agent.UntilAsync("broken", "unhealthy");

        var failed = await Eventually.TrueAsync(() => otlp.RunsOf("broken"), runs => runs.Count >= 5, "five failed runs");

        // The run that made it healthy is kept, since its event refers to it; the others are not.
        var passed = otlp.RunsOf("well").ShouldHaveSingleItem();
        otlp.TransitionsOf("well").ShouldHaveSingleItem().TraceId.ShouldBe(passed.TraceId);
        failed.ShouldAllBe(run => run.Text("error.type") == "unexpected_status" && run.Status.Code == 2);
        foreach (var run in failed.Append(passed))
        {
            otlp.Spans.Where(span => span.TraceId == run.TraceId && span.ParentSpanId == run.SpanId)
                .ShouldHaveSingleItem().Name.ShouldBe("GET");
        }

        otlp.Spans.ShouldAllBe(span => span.ParentSpanId.IsEmpty || otlp.Spans.Any(run => run.SpanId == span.ParentSpanId));
    }

    [Fact]
    public async Task Spans_OfDrivers_TellNoSecretsAndTheRunItsPhases()
    {
        var secret = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(secret, "secret-of-the-path\n");
        await using var target = await StartTargetAsync();
        await using var otlp = await OtlpReceiver.StartAsync();
        await using var agent = await TestAgent.StartAsync($$"""
              - name: hook
                kind: http
                url: {{target.Urls.Single()}}/hooks/${file:{{secret}}}/404?key=secret-of-the-query
                headers: { X-Key: secret-of-a-header }
            """, otlp);

        var run = (await Eventually.TrueAsync(() => otlp.RunsOf("hook"), runs => runs.Count > 0, "a run's span"))[0];
        var client = await Eventually.TrueAsync(
            () => otlp.Spans.FirstOrDefault(span => span.ParentSpanId == run.SpanId), span => span is not null, "the client span");

        client!.Text("url.full").ShouldBe($"{target.Urls.Single()}/hooks/***/404?*");
        otlp.Spans.Select(span => span.ToString()).ShouldAllBe(span => !span.Contains("secret-of", StringComparison.Ordinal));
        otlp.Logs.Select(log => log.ToString()).ShouldAllBe(log => !log.Contains("secret-of", StringComparison.Ordinal));
        run.Events.Select(phase => phase.Name).ShouldBe(["dns", "connect", "firstByte", "transfer"]);
        run.Events.ShouldAllBe(phase => phase.Time >= run.Start && phase.Time <= run.End);
    }

    private static async Task<WebApplication> StartTargetAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var target = builder.Build();
        target.MapFallback(context =>
        {
            context.Response.StatusCode = int.Parse(
                context.Request.Path.Value!.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
            return context.Response.WriteAsync("an answer");
        });
        await target.StartAsync();
        return target;
    }
}
