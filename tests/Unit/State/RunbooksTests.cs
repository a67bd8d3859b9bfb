using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

public sealed class RunbooksTests
{
    public static TheoryData<ErrorType> Types => [.. Enum.GetValues<ErrorType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryTypeOfError_HasARow_ThatItsRunbookLeadsTo(ErrorType type)
    {
        var runbook = Runbooks.For(Plans.Check(), Plans.Outcome(Result.Fail, type)).ShouldNotBeNull();

        runbook.ShouldEndWith($"docs/runbooks/error-types.md#{type.Name()}");
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "runbooks", "error-types.md"))
            .ShouldContain($"\n| <a id=\"{type.Name()}\"></a>`{type.Name()}` |");
    }

    [Fact]
    public async Task Warnings_LeadToAPageThatExists()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(5));
        await using var target = await HttpTarget.StartAsync(_ => Task.CompletedTask, certificate);
        var plan =
            Configured.Plan("kind: http", $"url: {target.Url}", "tls: {insecureSkipVerify: true}", "warn: certificate.expiresIn < 7d");
        var (record, _) = await Explained.RunAsync(plan);

        foreach (var (run, page) in ((RunRecord, string)[])[
            (record, "HealthCheckCertificateExpiring.md"), (Plans.Outcome(Result.Warn), "HealthCheckDegraded.md")])
        {
            Runbooks.For(plan, run).ShouldNotBeNull().ShouldEndWith($"docs/runbooks/{page}");
            File.Exists(Path.Combine(SourceTree.Root, "docs", "runbooks", page)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Failure_ThatItsKindKnows_LeadsToTheSectionInItsReason()
    {
        await using var dagu = await DaguStandIn.StartAsync();
        dagu.Schedulers.Clear();
        var (record, _) = await Explained.RunAsync(Configured.Plan("kind: dagu", $"url: {dagu.Url}"));
        Runbooks.For(Plans.Check(), record).ShouldNotBeNull()
            .ShouldEndWith("docs/runbooks/dagu.md#no-active-scheduler", customMessage: record.Verdict.Reason);
    }

    [Fact]
    public void Passes_NeedNone() => Runbooks.For(Plans.Check(), Plans.Outcome(Result.Pass)).ShouldBeNull();
}
