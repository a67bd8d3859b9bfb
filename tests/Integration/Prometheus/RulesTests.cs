using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Prometheus;

/// <summary>The files of <c>deploy/prometheus</c>, validated by Prometheus's tools, and completeness of alerts.</summary>
public sealed class RulesTests
{
    // Pages of docs/runbooks that do not belong to an alert.
    private static readonly string[] OtherPages = ["README", "error-types", "dagu"];

    [Fact]
    public Task PrometheusConfiguration_AsDeployed_IsAccepted() =>
        ShouldAcceptAsync(TestEnvironment.Promtool, "check", "config", "--lint=all", "--lint-fatal",
            Repository.PathOf("deploy/prometheus/prometheus.yml"));

    [Fact]
    public Task Rules_AsDeployed_AreAccepted() =>
        ShouldAcceptAsync(TestEnvironment.Promtool, ["check", "rules", "--lint=all", "--lint-fatal", .. Files("deploy/prometheus/rules")]);

    [Fact]
    public Task Rules_OnSyntheticSeries_DoAsTheirTestsSay() =>
        ShouldAcceptAsync(TestEnvironment.Promtool, ["test", "rules", .. Files("tests/prometheus")]);

    [Fact]
    public Task AlertmanagerConfiguration_AsDeployed_IsAccepted() =>
        ShouldAcceptAsync(AlertmanagerServer.Amtool, "check-config", Repository.PathOf("deploy/prometheus/alertmanager.yml"));

    [Theory]
    [InlineData("critical", "page")]
    [InlineData("warning", "ticket")]
    [InlineData("none", "nobody")]
    public Task Alert_OfASeverity_GoesToItsReceiver(string severity, string receiver) => ShouldAcceptAsync(
        AlertmanagerServer.Amtool,
        "config", "routes", "test", $"--config.file={Repository.PathOf("deploy/prometheus/alertmanager.yml")}",
            $"--verify.receivers={receiver}", $"severity={severity}");

    [Fact]
    public void Alerts_AsDeployed_SayWhatAnOperatorNeeds()
    {
        var alerts = AlertingRule.Deployed;

        alerts.ShouldNotBeEmpty();
        alerts.Where(alert => alert.For is null or "0s" or "0m").ShouldBeEmpty("these fire at the first sample");
        alerts.Where(alert => alert.Severity is not ("critical" or "warning")).ShouldBeEmpty("these go to no receiver");
        alerts.Where(alert => alert.Text("summary").Length < 10 || alert.Text("description").Length < 10)
            .ShouldBeEmpty("these do not say what is wrong");
        alerts.Where(alert => !alert.Text("runbook_url").EndsWith($"/docs/runbooks/{alert.Name}.md", StringComparison.Ordinal))
            .ShouldBeEmpty("these name no runbook");
    }

    [Fact]
    public void Runbooks_AndAlerts_AreTheSameSet()
    {
        var pages = Directory.GetFiles(Repository.PathOf("docs/runbooks"), "*.md").Select(Path.GetFileNameWithoutExtension)
            .Except(OtherPages, StringComparer.Ordinal);

        var index = File.ReadAllText(Repository.PathOf("docs/runbooks/README.md"));

        pages.ShouldBe(AlertingRule.Deployed.Select(alert => alert.Name).Distinct(StringComparer.Ordinal), ignoreOrder: true);
        AlertingRule.Deployed.Where(alert => !index.Contains($"[{alert.Name}]({alert.Name}.md)", StringComparison.Ordinal))
            .ShouldBeEmpty("these are not in the index");
    }

    [Fact]
    public void Alerts_InTheirTests_FireAndDoNot()
    {
        var expected = AlertingRule.Expected;

        AlertingRule.Deployed.Where(alert => !expected.Contains((alert.Name, alert.Severity))).ShouldBeEmpty("these fire in no test");
        AlertingRule.Deployed.Where(alert => !expected.Contains((alert.Name, ""))).ShouldBeEmpty("these are silent in no test");
    }

    private static string[] Files(string folder) => Directory.GetFiles(Repository.PathOf(folder), "*.yml");

    private static async Task ShouldAcceptAsync(string tool, params string[] arguments)
    {
        var (exitCode, output) = await ChildProcess.RunAsync(tool, arguments);

        exitCode.ShouldBe(0, output);
    }
}
