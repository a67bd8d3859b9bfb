using System.Text.Json;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>A scenario against a real target, as <c>check</c> reports it.</summary>
public sealed class CheckedScenarioTests
{
    private const string Scenario = """
        checks:
          - name: checkout
            kind: scenario
            steps:
              - { name: login, kind: http, url: "URL/login", method: POST, capture: { token: "json $.token" } }
              - { name: order, kind: http, url: "URL/orders", method: POST, token: "${steps.login.token}", expect: [status == 201] }
              - { name: stored, kind: http, url: "URL/stored" }
            cleanup:
              - { name: logout, kind: http, url: "URL/logout", method: POST, token: "${steps.login.token}" }
        """;

    [Fact]
    public async Task Check_OfAFailingScenario_HasALinePerStepAndExplainsTheOneThatFailed()
    {
        var (code, output) = await RunAsync(503, "checkout");

        code.ShouldBe(2, output);
        output.ShouldMatch(@"^checkout: fail in \S+ \(unexpected_status\)\n"
            + @"  reason: step 'order' failed: status == 201: was 503\n  hint: ");
        const string Phases = @"      dns +\S+\n      connect +\S+\n      firstByte +\S+\n      transfer +\S+\n";
        output.ShouldMatch(@"\n  steps:\n"
            + @"    login +http           pass     \S+\n" + Phases
            + @"    order +http           fail     \S+ +unexpected_status: status == 201: was 503\n" + Phases
            + @"    stored +http           skipped +step 'order' failed\n"
            + @"    logout +http, cleanup  pass     \S+\n" + Phases);
        output.ShouldNotContain("  phases:\n");
        output.ShouldMatch(@"\n  order http:\n    POST \S+/orders\n(    > .*\n)+    < HTTP/1\.1 503 Service Unavailable\n");
        output.ShouldContain("\n    | {\"token\":\"***\"}\n");
        output.ShouldEndWith("\n  order expect:\n    missed  status == 201  was 503\n");
        output.ShouldNotContain("login http:");
        output.ShouldNotContain("t0ken-of-today");
    }

    [Fact]
    public async Task Check_OfAPassingScenarioAmongAll_IsOneLine() =>
        (await RunAsync(201, "--all")).Output.ShouldMatch(@"^checkout: pass in \S+\n$");

    [Fact]
    public async Task Check_OfAFailingScenario_IsJsonWithAnExplanationPerStep()
    {
        var (code, output) = await RunAsync(503, "checkout", "--output", "json");

        code.ShouldBe(2, output);
        output.ShouldNotContain("t0ken-of-today");
        using var json = JsonDocument.Parse(output);
        var run = json.RootElement[0];
        run.GetProperty("steps").EnumerateArray()
            .Select(static step => $"{step.GetProperty("name")} {step.GetProperty("outcome")} {step.GetProperty("cleanup")}")
            .ShouldBe(["login pass False", "order fail False", "stored skipped False", "logout pass True"]);
        run.GetProperty("steps")[1].GetProperty("conditions")[0].GetProperty("seen").GetInt32().ShouldBe(503);
        var explained = run.GetProperty("explanation").GetProperty("steps").EnumerateArray()
            .Single(static step => step.GetProperty("name").GetString() == "order").GetProperty("explanation");
        explained.GetProperty("requests")[0].GetProperty("status").GetInt32().ShouldBe(503);
    }

    private static async Task<(int Code, string Output)> RunAsync(int ordered, params string[] arguments)
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            // A target that repeats what it was sent.
            context.Response.StatusCode = context.Request.Path == "/orders" ? ordered : 200;
            return context.Response.WriteAsync("""{"token":"t0ken-of-today"}""");
        });
        using var file = new ConfigurationText(Scenario.Replace("URL", target.Url, StringComparison.Ordinal));
        var (code, output, errors) = await AgentProcess.RunAsync(["check", .. arguments, "--config", file.Path]);
        errors.ShouldBe("");
        return (code, output);
    }
}
