using System.Text.Json;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class CheckCommandTests
{
    private const string Checks = """
        checks:
          - { name: good, kind: http, url: "URL/ok", expect: [status == 200, "json $.status == healthy"] }
          - { name: meagre, kind: http, url: "URL/ok", warn: ["json $.free < 10"], dependsOn: [good] }
          - { name: bad, kind: http, url: "URL/broken", tier: functional }
        """;

    [Theory]
    [InlineData(0, "good")]
    [InlineData(1, "meagre")]
    [InlineData(2, "bad")]
    [InlineData(2, "good", "meagre", "bad")]
    [InlineData(1, "good", "meagre", "good")]
    [InlineData(2, "--all")]
    [InlineData(2, "--all", "--mode", "full")]
    [InlineData(1, "--all", "--mode", "light")]
    [InlineData(2, "--all", "--tier", "functional")]
    [InlineData(3, "--all", "--tier", "liveness")]
    [InlineData(3)]
    [InlineData(3, "god")]
    [InlineData(3, "good", "--all")]
    [InlineData(3, "good", "--tier", "dependency")]
    public async Task Check_OfSomeChecks_ExitsWithTheWorstOutcome(int code, params string[] arguments) =>
        (await RunAsync(arguments)).ExitCode.ShouldBe(code);

    [Fact]
    public async Task Check_AFail_IsExplainedPhaseByPhaseWithItsConditions()
    {
        var (_, output, errors) = await RunAsync("bad");

        errors.ShouldBe("");
        output.ShouldMatch(@"(?s)^bad: fail in [\d.]+ms \(unexpected_status\)\n  reason: status in 200\.\.299: was 503\n  phases:\n    dns +\S+ms\n");
        output.ShouldContain("  observed:\n    status ");
        output.ShouldContain("  expect:\n    missed  status in 200..299  was 503\n");
    }

    [Fact]
    public async Task Check_ThatDependsOnAnother_SaysThatThisIsIgnored()
    {
        var (_, output, _) = await RunAsync("meagre");

        output.ShouldContain("meagre: warn in ");
        output.ShouldContain("  dependsOn is ignored here: good\n");
        output.ShouldContain("    ok      status in 200..299  was 200\n");
        output.ShouldContain("    hit     json $.free < 10  was 3\n");
    }

    [Fact]
    public async Task Check_WithOutputJson_PrintsTheRecords()
    {
        var (_, output, _) = await RunAsync("bad", "good", "--output", "json");

        var records = JsonElement.Parse(output).EnumerateArray().ToList();
        records.Select(record => record.GetProperty("name").GetString()).ShouldBe(["bad", "good"]);
        var bad = RunRecordJson.Read(records[0]);
        (bad.Result, bad.ErrorType).ShouldBe((Result.Fail, ErrorType.UnexpectedStatus));
        bad.Verdict.Observations.ShouldContain(observation => observation.Name == "firstByte" && observation.Meaning == ObservationMeaning.Phase);
        bad.Verdict.Conditions.ShouldHaveSingleItem().SeenText.ShouldBe("503");
        RunRecordJson.Read(records[1]).Verdict.Conditions.Select(condition => condition.SeenText).ShouldBe(["200", "healthy"]);
    }

    [Fact]
    public async Task Check_AnUnknownName_SuggestsAnother()
    {
        var (_, output, errors) = await RunAsync("god");

        output.ShouldBe("");
        errors.ShouldContain("there is no check 'god' (did you mean 'good'?)");
    }

    [Fact]
    public async Task Check_AWrongConfiguration_IsAConfigurationError()
    {
        using var file = new ConfigurationText("checks:\n  - name: a\n");

        (await AgentProcess.RunAsync("check", "a", "--config", file.Path)).ExitCode.ShouldBe(78);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            context.Response.StatusCode = context.Request.Path == "/ok" ? 200 : 503;
            context.Response.ContentType = "application/json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"status":"healthy","free":3}""");
        });
        using var file = new ConfigurationText(Checks.Replace("URL", target.Url, StringComparison.Ordinal));
        return await AgentProcess.RunAsync(["check", .. arguments, "--config", file.Path]);
    }
}
