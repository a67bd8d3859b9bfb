using System.Collections.Concurrent;
using System.Globalization;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>What a run has of its own: a name for what it creates, the same in all steps and another in each run.</summary>
public sealed class RunValuesTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _paths = new();
    private HttpTarget _target = null!;
    private int _status = 200;

    public async ValueTask InitializeAsync() => _target = await HttpTarget.StartAsync(context =>
    {
        _paths.Enqueue(context.Request.Path.Value!);
        context.Response.StatusCode = _status;
        return context.Response.WriteAsync(context.Request.Path.Value!);
    });

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    [Fact]
    public async Task Id_OfARun_IsTheSameInAllItsStepsAndAnotherInTheNext()
    {
        var check = new CheckInstance(Plan("timeout: 10s"));
        await OneRun.OfAsync(check);
        await OneRun.OfAsync(check);
        await check.DisposeAsync();

        var paths = _paths.ToList();
        paths.Count.ShouldBe(4);
        paths[1].ShouldBe(paths[0]);
        paths[3].ShouldBe(paths[2]);
        (paths[2] == paths[0]).ShouldBeFalse();
        Guid.TryParse(paths[0][1..], out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Id_OfATry_IsAnotherThanThatOfTheTryBefore()
    {
        _status = 503;
        var check = new CheckInstance(Plan("timeout: 10s\nretries: 1"));
        await OneRun.OfAsync(check);
        await check.DisposeAsync();

        _paths.Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Values_OfARun_ComeAsWritten()
    {
        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            steps:
              - name: create
                kind: http
                url: {{_target.Url}}/${run.time}/${run.timestamp}
                headers: { Idempotency-Key: "${run.id}" }
                expect: ["body contains ${run.time}", "body contains ${run.timestamp}", "body != ${run.id}", status == 201]
            """);

        var path = _paths.ShouldHaveSingleItem();
        record.Reason.ShouldBe("step 'create' failed: status == 201: was 200");
        record.Step("create").Conditions[0].Seen.ShouldBe(path, "it is no secret");
        path.ShouldMatch(@"^/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/\d{10}$");
        var parts = path.Split('/');
        DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture).ToUnixTimeSeconds()
            .ShouldBe(long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private CheckPlan Plan(string settings) => ScenarioSubject.Plan($$"""
        {{settings}}
        steps:
          - { name: create, kind: http, url: "{{_target.Url}}/${run.id}", expect: ["body contains ${run.id}"] }
          - { name: look, kind: http, url: "{{_target.Url}}/${run.id}" }
        """);
}
