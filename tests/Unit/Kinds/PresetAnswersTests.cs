using HealthAgent.Kinds;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds;

/// <summary>
/// The presets against answers as the source of each program has them, at a commit of 2026 or the version named:
/// <list type="bullet">
/// <item>Airflow 3 (03b82cf): <c>airflow-core/src/airflow/api/common/airflow_health.py</c>, and who is answered in
/// <c>api_fastapi/core_api/routes/public/monitor.py</c>; Airflow 2 (0e5662c): <c>airflow/api/common/airflow_health.py</c></item>
/// <item>Argo Workflows (069bc11): <c>workflow/controller/healthz.go</c>; <c>ok</c> since 3.0</item>
/// <item>Dagster (002c5c6): <c>dagster_webserver/webserver.py</c>, <c>webserver_info_endpoint</c></item>
/// <item>DolphinScheduler (065d5ca): <c>dolphinscheduler-api/src/main/resources/application.yaml</c>: the health of Spring Boot</item>
/// <item>Jenkins 2.578: <c>core/src/main/java/jenkins/health/HealthCheckAction.java</c>; since 2.506</item>
/// <item>Kestra (58c1ca2): <c>cli/src/main/resources/application.yml</c>: the health of Micronaut</item>
/// <item>n8n: a real one, in <c>N8nTests</c></item>
/// <item>Nomad (019e32f): <c>command/agent/agent_endpoint.go</c>, <c>HealthRequest</c></item>
/// <item>Prefect (ce79dd3): <c>src/prefect/server/api/root.py</c>, <c>perform_readiness_check</c>; since 2.10.12</item>
/// <item>Windmill (1c6c7fd): <c>backend/windmill-api/src/health.rs</c>, <c>health_status</c></item>
/// </list>
/// </summary>
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
        ("argo-workflows", "/healthz", "ok"),
        ("dagster", "/server_info",
            """{"dagster_webserver_version":"1.13.27","dagster_version":"1.13.28","dagster_graphql_version":"1.13.28"}"""),
        ("dolphinscheduler", "/dolphinscheduler/actuator/health", """{"status":"UP","components":{"db":{"status":"UP"}}}"""),
        ("jenkins", "/health", """{"status":true}"""),
        ("kestra", "/health", """{"name":"kestra","status":"UP","details":{"jdbc":{"name":"kestra","status":"UP"}}}"""),
        ("n8n", "/healthz/readiness", """{"status":"ok"}"""),
        ("nomad", "/v1/agent/health", """{"client":{"message":"ok","ok":true},"server":{"message":"ok","ok":true}}"""),
        ("nomad", "/v1/agent/health", """{"server":{"message":"ok","ok":true}}"""),
        ("prefect", "/api/ready", """{"message":"OK"}"""),
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
            context.Response.ContentType = ContentType(kind);
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
    [InlineData("argo-workflows", 500, "workflow exceeds max age and no progress: ns/wf", "fail")]
    [InlineData("dolphinscheduler", 503, """{"status":"DOWN","components":{"db":{"status":"DOWN"}}}""", "fail")]
    [InlineData("jenkins", 503, """{"status":false,"failures":["completedInitialization"]}""", "fail")]
    [InlineData("kestra", 503, """{"name":"kestra","status":"DOWN"}""", "fail")]
    [InlineData("n8n", 503, """{"status":"error"}""", "fail")]
    [InlineData("nomad", 500, """{"server":{"message":"no leader","ok":false}}""", "fail")]
    [InlineData("nomad", 500, """{"client":{"message":"no known servers","ok":false},"server":{"message":"ok","ok":true}}""", "fail")]
    [InlineData("prefect", 503, """{"message":"Database is not available"}""", "fail")]
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
            context.Response.ContentType = ContentType(kind);
            return context.Response.WriteAsync(isKnown ? answer : """{"detail":"Not authenticated"}""");
        });

        (await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}", "token: let-me-in")).Result.ShouldBe(Result.Pass);
        (await CheckRun.JudgeAsync($"kind: {kind}", $"url: {target.Url}")).Reason.ShouldNotBeNull().ShouldContain("status == 200: was 401");
    }

    private static string ContentType(string kind) => kind switch
    {
        "argo-workflows" => "text/plain; charset=utf-8",
        "dolphinscheduler" => "application/vnd.spring-boot.actuator.v3+json",
        "jenkins" => "application/json;charset=UTF-8",
        _ => "application/json",
    };
}
