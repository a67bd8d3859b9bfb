using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>The command <c>check</c> where the check fails.</summary>
internal static class FailingCheck
{
    public static async Task FailsAsync(string[] arguments, params string[] expected)
    {
        var (code, output, _) = await AgentProcess.RunAsync(["check", .. arguments]);

        code.ShouldBe(2, output);
        foreach (var text in expected)
        {
            output.ShouldContain(text);
        }

        output.ShouldMatch(@"\n  runbook: \S*docs/runbooks/error-types\.md#[a-z_]+\n");
        output.ShouldNotContain("\e");
    }
}
