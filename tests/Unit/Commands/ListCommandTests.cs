using System.Text.Json;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class ListCommandTests
{
    private const string Configuration = """
        defaults: { interval: 30s }
        checks:
          - { name: orders-db, kind: postgres, group: orders, connectionString: "postgres://app:hunter2@db.internal/orders" }
          - { name: orders-api, kind: http, url: "https://orders.internal/health", dependsOn: [orders-db, host], tier: functional }
          - { name: flows, kind: airflow, url: http://airflow:8080, enabled: false, interval: 90s }
          - { name: host, kind: memory }
        maintenance:
          - { name: nightly, checks: ["*"], cron: "0 2 * * *", duration: 30m, timeZone: Europe/Paris }
          - { name: move, groups: [orders], start: 2026-11-28T22:00:00Z, duration: 4h }
        """;

    [Fact]
    public async Task List_OfAConfiguration_IsATableOfChecksAndWindows()
    {
        (await RunAsync("list")).ShouldBe((0, """
            NAME        KIND      TIER        IMPACT     EVERY  TIMEOUT  HOST             GROUP   DEPENDS ON
            orders-db   postgres  dependency  critical   30s    5s       db.internal      orders  -
            orders-api  http      functional  degrading  30s    5s       orders.internal  -       orders-db, host
            flows       airflow   dependency  critical   1m30s  5s       airflow          -       -                disabled
            host        memory    dependency  critical   30s    5s       -                -       -

            MAINTENANCE  STARTS                  LASTS  CHECKS  GROUPS
            nightly      0 2 * * * Europe/Paris  30m    *       -
            move         2026-11-28T22:00:00Z    4h     -       orders

            """, ""));
    }

    [Fact]
    public async Task List_WithOutputJson_IsThatForPrograms()
    {
        var (_, output, _) = await RunAsync("list", "--output", "json");

        var checks = JsonElement.Parse(output).GetProperty("checks").EnumerateArray().ToList();
        checks.ConvertAll(check => check.GetProperty("enabled").GetBoolean()).ShouldBe([true, true, false, true]);
        checks[1].ToString().ShouldContain("\"host\": \"orders.internal\"");
        checks[1].GetProperty("dependsOn").EnumerateArray().Select(name => name.GetString()).ShouldBe(["orders-db", "host"]);
        JsonElement.Parse(output).GetProperty("maintenance")[0].GetProperty("timeZone").GetString().ShouldBe("Europe/Paris");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task List_Expanded_IsAConfigurationThatIsValid(string format)
    {
        var (code, output, _) = await RunAsync("list", "--expanded", "--output", format);
        code.ShouldBe(0);
        output.ShouldNotContain("hunter2");
        using var expanded = new ConfigurationText(output);

        (await AgentProcess.RunAsync("validate", "--config", expanded.Path)).ShouldBe((0, $"{expanded.Path} is valid: 3 checks\n", ""));
    }

    [Fact]
    public async Task List_OfTheBuiltInConfiguration_IsThatOfTheSelfChecks()
    {
        using var folder = new WatchedFolder();
        await using var process = AgentProcess.Start(["list"], folder.Root);

        (await process.EndAsync()).Output.ShouldStartWith(
            "NAME    KIND    TIER        IMPACT    EVERY  TIMEOUT  HOST  GROUP  DEPENDS ON\nagent   self");
    }

    [Fact]
    public async Task List_OfAWrongConfiguration_IsAConfigurationError()
    {
        using var file = new ConfigurationText("checks: [{name: a, kind: htpp}]");

        var (code, output, errors) = await AgentProcess.RunAsync("list", "--config", file.Path);

        (code, output).ShouldBe((78, ""));
        errors.ShouldContain("did you mean 'http'?");
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var file = new ConfigurationText(Configuration);
        return await AgentProcess.RunAsync([.. arguments, "--config", file.Path]);
    }
}
