namespace HealthAgent.Unit.Library;

/// <summary>The samples, each as the process that somebody starts.</summary>
public sealed class SamplesTests
{
    [Fact]
    public async Task Shop_WhoseDatabaseFails_IsNotReadyUntilItWorksAgain()
    {
        var fail = Path.Combine(Path.GetTempPath(), $"fail-{Guid.NewGuid():N}");
        await using var shop = SampleProcess.Start("Shop", ("FailWhenExists", fail));

        await shop.UntilAsync("/livez", 200, "ok");
        await shop.UntilAsync("/readyz", 200, "ok");
        (await shop.UntilAsync("/health?mode=full", 200, "\"status\": \"pass\"")).ShouldNotContain("orders-db");
        (await shop.UntilAsync("/health?mode=full", 200, "\"status\": \"pass\"", admin: true)).ShouldContain("catalogue");

        await File.WriteAllTextAsync(fail, "", TestContext.Current.CancellationToken);
        await shop.UntilAsync("/readyz", 503, "readyz check failed");
        await shop.UntilAsync("/health", 503, "\"status\": \"fail\"");
        await shop.UntilAsync("/livez", 200, "ok");

        File.Delete(fail);
        await shop.UntilAsync("/readyz", 200, "ok");
    }

    [Fact]
    public async Task OwnKind_WhoseFileIsGone_SaysSo()
    {
        var report = Path.GetTempFileName();
        await File.WriteAllTextAsync(report, "1", TestContext.Current.CancellationToken);
        await using var agent = SampleProcess.Start("OwnKind", ("REPORT", report));

        await agent.UntilAsync("/livez", 200, "ok");
        await agent.UntilAsync("/health/checks/nightly-report", 200, "\"age\"");
        File.Delete(report);
        await agent.UntilAsync("/health/checks/nightly-report", 503, "there is no file");
        await agent.UntilAsync("/readyz", 200, "ok");
    }
}
