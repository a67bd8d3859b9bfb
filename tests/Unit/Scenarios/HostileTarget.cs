using System.Text;
using System.Text.Json;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>A target that answers with what a test says, and the requests that a scenario sent it.</summary>
internal sealed class HostileTarget : IAsyncDisposable
{
    private const string Placeholder = "URL";

    private readonly List<Received> _received = [];
    private HttpTarget _target = null!;
    private string _answer = "";

    public static async Task<HostileTarget> StartAsync()
    {
        var hostile = new HostileTarget();
        hostile._target = await HttpTarget.StartAsync(hostile.AnswerAsync);
        return hostile;
    }

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    /// <summary>What it was sent in the second step, which may have been refused.</summary>
    public IReadOnlyList<Received> Later(RunRecord record)
    {
        if (record.Step("second").Tries == 0)
        {
            // Refused before anything was sent, which says why and not what.
            record.Step("second").Reason.ShouldNotBeNull().ShouldContain("steps.first.value");
            _received.Count.ShouldBe(1);
        }

        return _received[1..];
    }

    /// <summary>Runs two steps: a value is captured of the first one's answer, for the second one.</summary>
    public Task<RunRecord> RunAsync(string answer, params string[] second) => RunAsync(answer, second, "json $.value");

    public Task<RunRecord> RunAsync(string answer, string[] second, string capture)
    {
        _answer = answer;
        return ScenarioSubject.RunAsync($$"""
            timeout: 10s
            steps:
              - name: first
                kind: http
                url: {{_target.Url}}/first
                capture: { value: {{capture}} }
              - name: second
                kind: http
                {{string.Join("\n    ", second).Replace(Placeholder, _target.Url, StringComparison.Ordinal)}}
            """);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        _received.Add(new(
            target,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync()));
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { value = _answer }));
    }

    internal sealed record Received(string Target, Dictionary<string, string> Headers, string Body);
}
