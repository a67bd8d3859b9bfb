using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Kinds;

public sealed class PresetTests
{
    [Fact]
    public void Plan_OfAPreset_HasItsNameTierAndConditions()
    {
        var plan = Configured.Plan("kind: prefect", "url: http://prefect:4200");

        (plan.Kind.Name, plan.Tier, plan.Host).ShouldBe(("prefect", Tier.Dependency, "prefect"));
        plan.Attributes.ShouldContain(KeyValuePair.Create<string, object?>("health_check.kind", "prefect"));
        plan.Conditions.Expect.Select(condition => condition.Text)
            .ShouldBe(["status == 200", "contentType == application/json", "json $.message == OK"]);
    }

    [Fact]
    public void Conditions_ThatAreWritten_ReplaceThoseOfThePresetOnTheSamePart()
    {
        var plan = Configured.Plan(
            "kind: airflow", "url: http://airflow", "expect: [\"json $['scheduler'].status in [healthy, starting]\", json $.extra exists]");

        plan.Conditions.Expect.Select(condition => condition.Text).ShouldBe(
        [
            "status == 200", "contentType == application/json", "json $.metadatabase.status == healthy",
            "json $.dag_processor.status == healthy", "json $['scheduler'].status in [healthy, starting]", "json $.extra exists",
        ]);
    }

    [Theory]
    [InlineData("", "/health")]
    [InlineData("/", "/health")]
    [InlineData("/ci/", "/ci/health")]
    [InlineData("/ci/status", "/ci/status")]
    [InlineData("/?a=b", "/health?a=b")]
    public async Task Path_OfThePreset_CompletesAUrlThatHasNone(string written, string asked)
    {
        string? path = null;
        await using var target = await HttpTarget.StartAsync(context =>
        {
            path = context.Request.Path + context.Request.QueryString;
            return context.Response.WriteAsync("");
        });

        await CheckRun.JudgeAsync("kind: jenkins", $"url: {target.Url}{written}");

        path.ShouldBe(asked);
    }

    [Fact]
    public void Settings_OfThePreset_AreThoseOfItsKind()
    {
        Configured.Plan("kind: n8n", "url: https://u:p@n8n/", "tls: {insecureSkipVerify: true}", "headers: {A: b}", "method: HEAD");
        Configured.Read("checks: [{name: a, kind: n8n, url: http://n8n, hedaers: {A: b}}]").Errors
            .ShouldContain(error => error.Contains("unknown key (did you mean 'headers'?)", StringComparison.Ordinal));
    }

    [Fact]
    public void Presets_OfAnApplication_AreReadAlike()
    {
        var own = CheckPresets.Read("""
            presets:
              - { name: shop, kind: http, description: The shop is open., path: /status, expect: [json $.open == true] }
            """, CheckKinds.All).ShouldHaveSingleItem();

        (own.Name, own.DefaultTier, own.Preset!.Path, own.DefaultExpect.Single())
            .ShouldBe(("shop", Tier.Dependency, "status", "json $.open == true"));
    }

    [Theory]
    [InlineData("presets: [{kind: http, description: b}]", "presets:1:11: presets[0].name: 'name' is required")]
    [InlineData("presets: [{name: a, kind: htpp, description: b}]",
        "presets:1:27: presets[a].kind: there is no kind 'htpp' (did you mean 'http'?)")]
    [InlineData("presets: [{name: a, kind: http, description: b, expect: status is 5}]", "presets:1:57: presets[a].expect: ")]
    [InlineData("presets: [{name: a, kind: http, description: b, tier: low}]", "presets:1:55: presets[a].tier: ")]
    [InlineData("presets: [{name: a, kind: http, description: b, colour: blue}]", "presets:1:49: presets[a].colour: unknown key")]
    [InlineData("presets: [{name: Shop 1, kind: http, description: b}]", "presets:1:18: presets[Shop 1].name: ")]
    [InlineData("presets: [{name: http, kind: http, description: b}]",
        "presets:1:18: presets[http].name: there is a kind 'http' already")]
    [InlineData("presets: [{name: a, kind: http, description: b}, {name: a, kind: http, description: b}]",
        "presets:1:57: presets[a].name: there is a kind 'a' already")]
    [InlineData("presets: [{name: a, kind: jenkins, description: b}]",
        "presets:1:27: presets[a].kind: 'jenkins' is a preset itself; write the kind that it is made of, 'http'")]
    [InlineData("presets: [{name: a, kind: postgres, description: b, path: x}]",
        "presets:1:59: presets[a].path: the kind 'postgres' has no url that it could be appended to")]
    [InlineData("presets: [{name: a, kind: http, description: b, path: 'x?y=1'}]", "presets:1:55: presets[a].path: only a path ")]
    [InlineData("presets: [{name: a, kind: http, description: b, path: x#y}]", "presets:1:55: presets[a].path: only a path ")]
    [InlineData("presets: [{name: a, kind: http, description: b, path: 'http://h/x'}]", "presets:1:55: presets[a].path: only a path ")]
    [InlineData("preset: []", "presets:1:1: preset: unknown key (did you mean 'presets'?)")]
    [InlineData("", "presets:1:1: presets: 'presets' is required")]
    [InlineData("[]", "presets:1:1: the file must be a mapping")]
    public void Presets_ThatAreWrong_AreRefusedWithTheirPlace(string yaml, string error) =>
        Should.Throw<FormatException>(() => CheckPresets.Read(yaml, CheckKinds.All)).Message.ShouldStartWith(error);
}
