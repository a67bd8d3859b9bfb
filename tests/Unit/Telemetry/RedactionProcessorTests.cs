using System.Diagnostics;
using HealthAgent.Agent.Telemetry.Traces;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

public sealed class RedactionProcessorTests
{
    [Fact]
    public void Span_OfADriver_LosesSecretsAndControlCharactersEverywhere()
    {
        using var run = new Activity("run").Start();
        run.SetCustomProperty(nameof(CheckPlan), Configured.Plan("kind: http", "url: http://h/", "password: hunter2"));
        using var span = new Activity("GET hunter2\u001b").Start();
        span.SetTag("url.full", "http://h/hunter2").SetTag("number", 5).SetTag("text", "a\u001b[31mb").SetTag("db.query.text", "select\n1");
        span.SetStatus(ActivityStatusCode.Error, "bad hunter2\0");
        span.AddException(new InvalidOperationException("said hunter2\u0007"));

        new RedactionProcessor(new Exported()).OnEnd(span);

        span.DisplayName.ShouldBe("GET ***\ufffd");
        span.StatusDescription.ShouldBe("bad ***\ufffd");
        span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")
            .ShouldBe(["url.full=http://h/***", "number=5", "text=a\ufffd[31mb", "db.query.text=select\n1"]);
        var tags = span.Events.ShouldHaveSingleItem().Tags.ToDictionary(tag => tag.Key, tag => (string)tag.Value!, StringComparer.Ordinal);
        tags["exception.message"].ShouldBe("said ***\ufffd");
        tags["exception.type"].ShouldBe("System.InvalidOperationException");
        tags["exception.stacktrace"].ShouldNotContain("hunter2");
    }

    [Fact]
    public void Span_OfNoRun_IsLeftAlone()
    {
        using var span = new Activity("GET").Start();
        span.SetTag("text", "a\u001b");
        new RedactionProcessor(new Exported()).OnEnd(span);
        span.TagObjects.ShouldBe([new("text", "a\u001b")]);
    }

    [Fact]
    public async Task Span_OfARealDriver_HasTheExceptionThatIsRedacted()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        var spans = new List<Activity>();
        using var run = new Activity("run").Start();
        listener.ActivityStopped = span =>
        {
            if (span.Parent == run)
            {
                spans.Add(span);
            }
        };
        ActivitySource.AddActivityListener(listener);
        using var refusing = TcpTarget.Refusing(out var port);
        string[] lines = ["kind: postgres", $"connectionString: Host=127.0.0.1;Port={port};Username=u;Password='Failed to connect'"];
        run.SetCustomProperty(nameof(CheckPlan), Configured.Plan(lines));
        await CheckRun.JudgeAsync(lines);

        var client = spans.ShouldHaveSingleItem();
        new RedactionProcessor(new Exported()).OnEnd(client);

        client.Events.SelectMany(happening => happening.Tags)
            .ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal)["exception.message"]
            .ShouldBe($"*** to 127.0.0.1:{port}");
    }
}
