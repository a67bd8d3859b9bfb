using HealthAgent.Kinds;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds;

/// <summary>The presets against answers as the documentation or the source of each program has them.</summary>
public sealed class PresetAnswersTests
{
    private const string Airflow = """
        {"metadatabase":{"status":"healthy"},
         "scheduler":{"status":"healthy","latest_scheduler_heartbeat":"2026-11-26T02:15:11+00:00"},
         "triggerer":{"status":null,"latest_triggerer_heartbeat":null},
         "dag_processor":{"status":"healthy","latest_dag_processor_heartbeat":"2026-11-26T02:15:12+00:00"}}
        """;

    private const string Windmill =
        """{"status":"healthy","checked_at":"2026-11-26T02:15:11Z","database_healthy":true,"workers_alive":3}""";

    private static readonly (string Kind, string Path, string Answer)[] WellAnswered =
    [
        ("airflow", "/api/v2/monitor/health", Airflow),
        ("airflow2", "/health", Airflow),
        ("airflow2", "/health", """{"metadatabase":{"status":"healthy"},"scheduler":{"status":"healthy"}}"""),
        ("jenkins", "/healthCheck", """{"status":true,"data":[]}"""),
        ("kestra", "/health", """{"name":"kestra","status":"UP","details":{"jdbc":{"name":"kestra","status":"UP"}}}"""),
        ("n8n", "/healthz/readiness", """{"status":"ok"}"""),
        ("prefect", "/api/health", "true"),
        ("windmill", "/api/health/status", Windmill),
    ];

    public static TheoryData<string, string, string> Well => new(WellAnswered);

    public static TheoryData<string> Names => new(CheckKinds.All.Where(kind => kind.Preset?.Kind.Name == "http").Select(kind => kind.Name));

    [Theory]
    [MemberData(nameof(Well))]
    public async Task Preset_OfAProgramThatIsWell_PassesAtItsPath(string kind, string path, string answer)
    {
        string? asked = null;
        await using var target = await HttpTarget.StartAsync(context =>
        {
            asked = context.Request.Path;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(answer);
        });

        var verdict = await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}");

        (verdict.Result, verdict.Reason).ShouldBe((Result.Pass, null));
        asked.ShouldBe(path);
    }

    [Fact]
    public void Presets_AreAllTested() =>
        WellAnswered.Select(row => row.Kind).Distinct(StringComparer.Ordinal).ShouldBe(Names.Select(row => row.Data), ignoreOrder: true);

    [Theory]
    [InlineData("airflow", "metadatabase", "unhealthy", "fail")]
    [InlineData("airflow", "scheduler", "unhealthy", "fail")]
    [InlineData("airflow", "dag_processor", "unhealthy", "fail")]
    [InlineData("airflow", "dag_processor", null, "fail")]
    [InlineData("airflow", "triggerer", "unhealthy", "warn")]
    [InlineData("airflow", "triggerer", "healthy", "pass")]
    [InlineData("airflow2", "metadatabase", "unhealthy", "fail")]
    [InlineData("airflow2", "scheduler", "unhealthy", "fail")]
    [InlineData("airflow2", "dag_processor", "unhealthy", "warn")]
    [InlineData("airflow2", "dag_processor", null, "pass")]
    [InlineData("airflow2", "triggerer", "unhealthy", "warn")]
    public async Task Airflow_WithAComponentInAState_IsJudgedByThat(string kind, string component, string? status, string result)
    {
        var answer = System.Text.Json.Nodes.JsonNode.Parse(Airflow)!;
        answer[component]!["status"] = status;
        await using var target = await HttpTarget.AnsweringAsync(answer.ToJsonString());

        var verdict = await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}");

        verdict.Result.Name().ShouldBe(result);
        if (result != "pass")
        {
            verdict.Reason.ShouldNotBeNull().ShouldContain($"json $.{component}.status");
        }
    }

    [Theory]
    [InlineData("jenkins", 503, """{"status":false,"data":[{"name":"cluster","result":false}]}""", "fail")]
    [InlineData("kestra", 503, """{"name":"kestra","status":"DOWN"}""", "fail")]
    [InlineData("n8n", 503, """{"status":"error"}""", "fail")]
    [InlineData("windmill", 503, """{"status":"unhealthy","database_healthy":false,"workers_alive":0}""", "fail")]
    [InlineData("windmill", 200, """{"status":"degraded","database_healthy":true,"workers_alive":0}""", "warn")]
    public async Task Preset_OfAProgramThatIsNot_NamesWhatItSaw(string kind, int status, string answer, string result)
    {
        await using var target = await HttpTarget.AnsweringAsync(answer, status: status);

        (await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}")).Result.Name().ShouldBe(result);
    }

    /// <summary>What each of them serves at a path that it does not know, and a proxy before it for those who have not logged in.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Preset_OfALoginPage_Fails(string kind)
    {
        await using var target = await HttpTarget.AnsweringAsync("<html><form>Sign in</form></html>", "text/html; charset=utf-8");

        var verdict = await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}");

        verdict.Result.ShouldBe(Result.Fail);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Preset_OfJsonThatSaysNothing_Fails(string kind)
    {
        await using var target = await HttpTarget.AnsweringAsync("{}");

        var verdict = await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}");

        (verdict.Result, verdict.ErrorType).ShouldBe((Result.Fail, ErrorType.Expectation));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Preset_ThatHasToLogIn_SendsTheTokenAndSaysWithoutThatItIsRefused(string kind)
    {
        var answer = WellAnswered.First(row => row.Kind == kind).Answer;
        await using var target = await HttpTarget.StartAsync(context =>
        {
            var isKnown = context.Request.Headers.Authorization == "Bearer let-me-in";
            context.Response.StatusCode = isKnown ? 200 : 401;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(isKnown ? answer : """{"detail":"Not authenticated"}""");
        });

        (await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}", "token: let-me-in")).Result.ShouldBe(Result.Pass);
        (await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}")).Reason.ShouldNotBeNull().ShouldContain("status == 200: was 401");
    }
}
