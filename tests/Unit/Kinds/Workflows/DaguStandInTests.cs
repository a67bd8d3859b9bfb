using System.Net;
using System.Text.Json;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

/// <summary>The stand-in has the traps of the real Dagu 2.15.</summary>
public sealed class DaguStandInTests
{
    [Fact]
    public async Task Dagu_OutsideOfItsApi_IsAPage()
    {
        await using var dagu = await DaguStandIn.StartAsync();
        using var client = new HttpClient();
        using var page = await client.GetAsync(new Uri($"{dagu.Url}/api/v2/health"), TestContext.Current.CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task Runs_WithoutDates_BeginAtMidnight()
    {
        await using var dagu = await DaguStandIn.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            dagu.Runs.Add(new StandInRun("etl", $"{i}") { Status = StandInStatus.Succeeded, StartedAt = dagu.Now.AddMinutes(-10 * i) });
        }

        (await CountAsync(dagu, "/dag-runs")).ShouldBe(73);
        (await CountAsync(dagu, "/dag-runs?fromDate=0")).ShouldBe(100);
        (await CountAsync(dagu, "/dag-runs?fromDate=0&limit=500")).ShouldBe(120);
    }

    [Fact]
    public async Task Check_OfAQuietDagu_Passes()
    {
        await using var dagu = await DaguStandIn.StartAsync();
        using var check = new CheckRun.Instance(Configured.Plan("kind: dagu", $"url: {dagu.Url}"), dagu.Clock);
        var verdict = await check.JudgeAsync();
        verdict.Reason.ShouldBeNull();
        verdict.Observed("api").ShouldBe(DaguStandIn.Api);
        verdict.Observed("version").ShouldBe("2.15.1");
    }

    private static async Task<int> CountAsync(DaguStandIn dagu, string path)
    {
        using var client = new HttpClient();
        var json = await client.GetStringAsync(new Uri(dagu.Url + DaguStandIn.Api + path), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("dagRuns").GetArrayLength();
    }
}
