using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

public sealed class HistorySettingsTests
{
    [Fact]
    public void History_WithAPath_IsTaken() =>
        Configured.Read("agent: { history: { path: /var/lib/health-agent } }\nchecks: []").Options!.HistoryPath
            .ShouldBe("/var/lib/health-agent");

    [Fact]
    public void History_NotWritten_IsNone() => Configured.Read("checks: []").Options!.HistoryPath.ShouldBeNull();

    [Theory]
    [InlineData("history: {}", "2:12: agent.history.path: 'path' is required")]
    [InlineData("history: { path: '' }", "2:20: agent.history.path: 'path' is required")]
    [InlineData("history: { path: state }",
        "2:20: agent.history.path: 'state' is not an absolute path; write one such as /var/lib/health-agent")]
    [InlineData("history: { path: /state, kep: 90d }", "2:28: agent.history.kep: unknown key (valid: path)")]
    public void History_WrittenWrongly_IsAnError(string written, string error) =>
        Configured.Read($"agent:\n  {written}\nchecks: []").Errors.ShouldBe([$"agent.yaml:{error}"]);
}
