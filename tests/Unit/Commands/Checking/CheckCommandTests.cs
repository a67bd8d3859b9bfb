using System.Text.Json;
using System.Text.RegularExpressions;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands.Checking;

public sealed class CheckCommandTests
{
    private const string Checks = """
        checks:
          - { name: good, kind: http, url: "URL/ok", expect: [status == 200, "json $.status == healthy"] }
          - { name: meagre, kind: http, url: "URL/ok", warn: ["json $.free < 10"], dependsOn: [good] }
          - { name: bad, kind: http, url: "URL/broken", tier: functional }
          - { name: job, kind: heartbeat, interval: 1h }
          - { name: off, kind: tcp, address: "127.0.0.1:1", enabled: false }
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
    [InlineData(3, "off")]
    [InlineData(3, "job")]
    [InlineData(3, "good", "--all")]
    [InlineData(3, "good", "--tier", "dependency")]
    public async Task Check_OfSomeChecks_ExitsWithTheWorstOutcome(int code, params string[] arguments) =>
        (await RunAsync(arguments)).ExitCode.ShouldBe(code);

    [Fact]
    public async Task Check_AFail_IsExplainedPhaseByPhaseWithItsConditions()
    {
        var (_, output, errors) = await RunAsync("bad");

        errors.ShouldBe("");
        output.ShouldMatch(@"(?s)^bad: fail in [\d.]+ms \(unexpected_status\)\n  reason: status in 200\.\.299: was 503\n"
            + @"  hint: the target, or the proxy before it, takes no requests now.*\n  runbook: .*\n  phases:\n    dns +\S+ms\n");
        output.ShouldContain("  observed:\n    status ");
        output.ShouldContain("  expect:\n    missed  status in 200..299  was 503\n");
    }

    [Fact]
    public async Task Check_ThatDependsOnAnother_SaysHowThatIs()
    {
        var (_, output, _) = await RunAsync("meagre");

        output.ShouldContain("meagre: warn in ");
        output.ShouldContain("  dependsOn: good (not run here)\n");
        (await RunAsync("--all")).Output.ShouldContain("  dependsOn: good (pass)\n");
        output.ShouldContain("    ok      status in 200..299  was 200\n");
        output.ShouldContain("    hit     json $.free < 10  was 3\n");
    }

    [Fact]
    public async Task Check_OfAHeartbeat_SaysThatThereIsNothingToRun()
    {
        (await RunAsync("job")).Output.ShouldBe(
            "job: unknown\n  reason: its outcomes come in by PUT /heartbeats/{name}; there is nothing to run\n");
        (await RunAsync("--all")).Output.ShouldNotContain("job");
    }

    [Fact]
    public async Task Check_WithOutputJson_PrintsTheRecords()
    {
        var (_, output, _) = await RunAsync("bad", "good", "--output", "json");

        var records = JsonElement.Parse(output).EnumerateArray().ToList();
        records.Select(record => record.GetProperty("name").GetString()).ShouldBe(["bad", "good"]);
        var bad = RunRecordJson.Read(records[0]);
        (bad.Result, bad.ErrorType).ShouldBe((Result.Fail, ErrorType.UnexpectedStatus));
        bad.Verdict.Observations.ShouldContain(
            observation => observation.Name == "firstByte" && observation.Meaning == ObservationMeaning.Phase);
        bad.Verdict.Conditions.ShouldHaveSingleItem().SeenText.ShouldBe("503");
        RunRecordJson.Read(records[1]).Verdict.Conditions.Select(condition => condition.SeenText).ShouldBe(["200", "healthy"]);
    }

    [Fact]
    public async Task Check_AsText_IsStable()
    {
        var (_, output, _) = await RunAsync("meagre");

        // What is different in each run: lengths of time, ports, dates.
        var text = Regex.Replace(output, @"(?<=\s)[\d.]+(ms|s)\b", "TIME", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        text = Regex.Replace(text, @" {2,}TIME", "  TIME", RegexOptions.None, TimeSpan.FromSeconds(1));
        text = Regex.Replace(text, @"127\.0\.0\.1:\d+", "TARGET", RegexOptions.None, TimeSpan.FromSeconds(1));
        text = Regex.Replace(text, "(?<=Date: ).*", "DATE", RegexOptions.None, TimeSpan.FromSeconds(1));
        text.ShouldBe("""
            meagre: warn in TIME
              reason: json $.free < 10: was 3
              runbook: docs/runbooks/HealthCheckDegraded.md
              dependsOn: good (not run here)
              phases:
                dns  TIME
                connect  TIME
                firstByte  TIME
                transfer  TIME
              connections:
                TARGET  127.0.0.1  connected
              http:
                GET http://TARGET/ok
                > User-Agent: health-agent
                > Accept-Encoding: gzip, deflate, br
                < HTTP/1.1 200 OK
                < Date: DATE
                < Server: Kestrel
                < Transfer-Encoding: chunked
                < Content-Type: application/json
                | {"status":"healthy","free":3}
              observed:
                status       200
                httpVersion  1.1
                contentType  application/json
                bodySize     29B
              expect:
                ok      status in 200..299  was 200
              warn:
                hit     json $.free < 10  was 3

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public async Task Check_OfAll_TellsPassesInOneLine()
    {
        var (_, output, _) = await RunAsync("--all");

        output.ShouldMatch(@"^good: pass in \S+\nmeagre: warn in ");
        output.ShouldEndWith("\n3 checks: 1 fail, 1 warn, 1 pass\n");
        (await RunAsync("good")).Output.ShouldNotContain("checks:");
    }

    [Fact]
    public async Task Check_ThatIsDisabled_SaysSo() => (await RunAsync("off")).Errors
        .ShouldEndWith(": the check 'off' is disabled; remove enabled: false to run it\n");

    [Fact]
    public async Task Check_WithOutputJson_ExplainsEachRun()
    {
        var (_, output, _) = await RunAsync("bad", "--output", "json");

        var run = JsonElement.Parse(output)[0];
        run.GetProperty("runbook").GetString()!.ShouldEndWith("docs/runbooks/error-types.md#unexpected_status");
        run.GetProperty("hints").GetArrayLength().ShouldBe(1);
        var explanation = run.GetProperty("explanation");
        explanation.GetProperty("tries").GetInt32().ShouldBe(1);
        explanation.GetProperty("connections")[0].GetProperty("outcome").GetString().ShouldBe("connected");
        var request = explanation.GetProperty("requests")[0];
        (request.GetProperty("method").GetString(), request.GetProperty("status").GetInt32()).ShouldBe(("GET", 503));
        request.GetProperty("headers").EnumerateArray().ShouldContain(header => header.GetProperty("name").GetString() == "Content-Type");
        request.GetProperty("body").GetProperty("text").GetString().ShouldBe("""{"status":"healthy","free":3}""");
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
