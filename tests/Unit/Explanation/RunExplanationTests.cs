using HealthAgent.Explanation;
using HealthAgent.Memory;
using HealthAgent.Scheduling;
using HealthAgent.Security;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Explanation;

public sealed class RunExplanationTests
{
    private readonly RunExplanation _run = new();

    [Fact]
    public async Task Run_ThatNobodyWantsExplained_NotesNothing()
    {
        RunExplanation? seen = _run;
        var check = new ScriptedCheck(TimeProvider.System, (_, _) =>
        {
            seen = RunExplanation.Current;
            return Task.FromResult(HealthCheckResult.Healthy());
        });
        var runner = new CheckRunner(
            new NoServices(), new AgentClock(TimeProvider.System), new BodyMemory(1 << 24), TimeProvider.System);

        await runner.RunAsync(new CheckInstance(Plans.Check(make: _ => check)));

        seen.ShouldBeNull();
    }

    [Fact]
    public async Task Run_WithRetries_HasOnlyItsLastTryExplained()
    {
        var check = new ScriptedCheck(TimeProvider.System, (number, _) =>
        {
            RunExplanation.Current!.Asked($"try {number}");
            return Task.FromResult(number < 2 ? HealthCheckResult.Unhealthy("not yet") : HealthCheckResult.Healthy());
        });

        var (_, explanation) = await Explained.RunAsync(Plans.Check(make: _ => check, retries: 5, timeout: TimeSpan.FromSeconds(20)));

        (explanation.Tries, string.Join(", ", explanation.Commands)).ShouldBe((3, "try 2"));
    }

    [Fact]
    public void Secrets_ThatAreKnownOnlyAtTheEnd_AreRedactedFromWhatWasNotedBefore()
    {
        _run.Asked("login learned-token and configured-password");
        _run.AddSecret("learned-token");

        _run.Complete(new Redactor(["configured-password"])).Commands.ShouldBe(["login *** and ***"]);
    }

    [Fact]
    public void Secret_AtTheEndOfWhatIsLookedAt_IsRedactedToo()
    {
        var secret = "s3cret-that-is-cut";
        _run.Requested("GET", "http://target/", []);
        _run.Received(new ExplainedBody(new string('x', 1020) + secret, null, IsCut: false));
        _run.Asked(new string('x', ExplainedTexts.LongestLookedAt - 6) + secret);

        var explained = _run.Complete(new Redactor([secret]));

        explained.Requests[0].Body!.Text.ShouldBe(new string('x', 1020) + "***");
        explained.Json().ShouldNotContain("s3c");
    }

    [Fact]
    public void ControlCharacters_AreReplacedEverywhere()
    {
        const string evil = "\e[2J\r\nforged: pass\u202e";
        _run.Resolved(evil, [evil]);
        _run.Unresolved(evil, new InvalidOperationException(evil));
        _run.Failed(_run.Connecting(evil, evil), new InvalidOperationException(evil));
        _run.Handshaken(new TlsHandshake(evil, null, null, IsAccepted: false, [evil],
            [new ExplainedCertificate(evil, evil, [evil], default, default, IsSent: true)]));
        var request = _run.Requested("GET", evil, [new(evil, evil)]);
        _run.Responded(request, 200, evil, "1.1", [new(evil, evil)]);
        _run.Received(new ExplainedBody(evil, null, IsCut: false));
        _run.Asked(evil);

        var explained = _run.Complete(new Redactor([]));

        foreach (var text in (string[])[explained.Names[0].Host, explained.Names[1].Failure!, explained.Connections[0].Server,
            explained.Connections[0].Failure!, explained.Handshakes[0].ServerName, explained.Handshakes[0].Problems[0],
            explained.Handshakes[0].Chain[0].Subject, explained.Handshakes[0].Chain[0].Names[0], explained.Requests[0].Url,
            explained.Requests[0].Phrase, explained.Requests[0].Headers[0].Key, explained.Requests[0].Headers[0].Value,
            explained.Requests[0].RequestHeaders[0].Value, explained.Commands[0]])
        {
            text.ShouldBe("\uFFFD[2J forged: pass\uFFFD");
        }

        explained.Requests[0].Body!.Text.ShouldBe("\uFFFD[2J\nforged: pass\uFFFD");
    }

    [Fact]
    public void Notes_BeyondTheBounds_AreDroppedAndThatIsSaid()
    {
        var headers = Enumerable.Repeat(KeyValuePair.Create("h", new string('v', 100_000)), 1000);
        for (var i = 0; i < 1000; i++)
        {
            var request = _run.Requested("GET", new string('u', 100_000), headers);
            _run.Responded(request, 200, null, "1.1", headers);
            _run.Received(new ExplainedBody(new string('b', 100_000), null, IsCut: false));
        }

        var explained = _run.Complete(new Redactor([]));

        (explained.Requests.Count, explained.IsCut).ShouldBe((20, true));
        explained.Json().Length.ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public void Notes_AfterItWasCompleted_AreIgnored()
    {
        var attempt = _run.Connecting("target:1", "10.0.0.1");
        var explained = _run.Complete(new Redactor([]));

        _run.Connected(attempt);
        _run.Asked("late");

        _run.Complete(new Redactor([])).ShouldBeSameAs(explained);
        (explained.Connections[0].Outcome, explained.Commands.Count).ShouldBe((ConnectionOutcome.Pending, 0));
    }

    [Fact]
    public async Task Steps_HaveExplanationsOfTheirOwn_AndTheSecretsOfAll()
    {
        _run.BeginTry();
        await Step("login", "token captured-token");
        await Step("order", "first try");
        await Step("order", "uses captured-token");
        _run.AddSecret("captured-token");

        var steps = _run.Complete(new Redactor([])).Steps;

        steps.Select(step => $"{step.Key}: {string.Join(", ", step.Value.Commands)}").ShouldBe(["login: token ***", "order: uses ***"]);
        RunExplanation.Current.ShouldBeSameAs(_run);

        static async Task Step(string name, string command)
        {
            RunExplanation.BeginStep(name);
            await Task.Yield();
            RunExplanation.Current!.Asked(command);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
