using System.Diagnostics;
using HealthAgent.Agent.Telemetry.Traces;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What is exported of a scenario whose service repeats a captured token where nobody expects it.</summary>
public sealed class ScenarioSpansTests
{
    private const string Token = "t-0123456789abcdef";

    [Fact]
    public async Task Spans_ThatEndBeforeTheirSecretIsCaptured_AreExportedWithoutIt()
    {
        await using var service = await HttpTarget.StartAsync(Welcome);
        var exported = new Exported();
        using var pipeline = new Pipeline(new RedactionProcessor(exported));

        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            steps:
              - name: login
                kind: http
                url: {{service.Url}}/login
                followRedirects: true
                capture: { token: json $.token }
              - { name: order, kind: http, url: "{{service.Url}}/orders/${steps.login.token}" }
            """);

        record.Result.ShouldBe(Result.Pass, record.Reason);
        var spans = exported.Spans.Where(span => span.TraceId == record.TraceId).ToList();
        string.Join(", ", spans.Select(span => span.OperationName)).ShouldBe(
            "System.Net.Http.HttpRequestOut, System.Net.Http.HttpRequestOut, health_check.step login, "
            + "System.Net.Http.HttpRequestOut, health_check.step order, health_check shop");
        var texts = TextsOf(exported, record);
        texts.ShouldContain(text => text == $"{service.Url}/welcome/***");
        texts.ShouldAllBe(text => !text.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retry_WhoseServiceRepeatsTheTokenOfTheTryBefore_DoesNotShowIt()
    {
        var tries = 0;
        await using var service = await HttpTarget.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/login" && ++tries > 1 ? 409 : 200;
            await context.Response.WriteAsync(tries > 1 ? $"{Token} is still logged in" : $$"""{"token":"{{Token}}"}""");
        });

        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            retries: 1
            steps:
              - name: login
                kind: http
                url: {{service.Url}}/login
                capture: { token: json $.token }
                expect: [body contains token]
              - { name: order, kind: http, url: {{service.Url}}/order, expect: [status == 201] }
            """);

        tries.ShouldBe(2);
        record.Verdict.Steps[0].Outcome.ShouldBe(StepOutcome.Fail);
        var shown = JsonText.Of(json => RunRecordJson.Write(json, record));
        shown.ShouldContain("***");
        shown.ShouldNotContain(Token);
    }

    [Fact]
    public async Task Spans_OfRetries_AreExportedWithoutWhatAnyTryCaptured()
    {
        // The first try captures a token; the second, nothing; the third must hide the first one's all the same.
        var tries = 0;
        await using var service = await HttpTarget.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/login" && ++tries > 1 ? 409 : 200;
            await context.Response.WriteAsync(
                context.Request.Path != "/login" ? "{}" : tries > 1 ? $"{Token} is still logged in" : $$"""{"token":"{{Token}}"}""");
        });
        var exported = new Exported();
        using var pipeline = new Pipeline(new RedactionProcessor(exported));

        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            retries: 2
            steps:
              - { name: login, kind: http, url: "{{service.Url}}/login", capture: { token: json $.token }, expect: [body contains token] }
              - { name: order, kind: http, url: "{{service.Url}}/orders/${steps.login.token}", expect: [status == 201] }
            """);

        tries.ShouldBe(3);
        var shown = JsonText.Of(json => RunRecordJson.Write(json, record));
        shown.ShouldContain("*** is still logged in");
        shown.ShouldNotContain(Token);
        TextsOf(exported, record).ShouldContain(text => text == $"{service.Url}/orders/***");
        TextsOf(exported, record).ShouldAllBe(text => !text.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public void Span_ThatEndsAfterItsRun_IsNotExported()
    {
        // A step that was left behind goes on, and nobody learns which secrets it is given.
        var exported = new Exported();
        var processor = new RedactionProcessor(exported);
        using var run = new Activity("run").Start();
        run.SetCustomProperty(nameof(CheckPlan), ScenarioSubject.Plan("steps: [{ name: a, kind: tcp, address: 'h:1' }]"));
        using var late = new Activity("late").Start();
        processor.OnEnd(run);

        processor.OnEnd(late);

        exported.Spans.ShouldHaveSingleItem().ShouldBe(run);
    }

    [Fact]
    public void Spans_OfARunThatHasVeryMany_AreHeldInBoundedMemory()
    {
        var exported = new Exported();
        var processor = new RedactionProcessor(exported);
        using var run = new Activity("run").Start();
        run.SetCustomProperty(nameof(CheckPlan), ScenarioSubject.Plan("steps: [{ name: a, kind: tcp, address: 'h:1' }]"));
        for (var i = 0; i < 3000; i++)
        {
            using var span = new Activity("try").Start();
            processor.OnEnd(span);
        }

        processor.OnEnd(run);

        exported.Spans.Count.ShouldBe(2048 + 1);
        exported.Spans[^1].ShouldBe(run);
    }

    private static List<string> TextsOf(Exported exported, RunRecord record) =>
    [
        .. exported.Spans.Where(span => span.TraceId == record.TraceId).SelectMany(span => span.TagObjects)
            .Select(tag => tag.Value?.ToString()).OfType<string>(),
    ];

    private static Task Welcome(HttpContext context)
    {
        if (context.Request.Path == "/login")
        {
            context.Response.Redirect($"/welcome/{Token}");
            return Task.CompletedTask;
        }

        return context.Response.WriteAsync($$"""{"token":"{{Token}}"}""");
    }

    /// <summary>Gives ended spans to the processors, as the SDK does.</summary>
    private sealed class Pipeline : IDisposable
    {
        private readonly ActivityListener _listener;

        public Pipeline(RedactionProcessor processor)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "HealthAgent" or "System.Net.Http",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = processor.OnEnd,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public void Dispose() => _listener.Dispose();
    }
}
