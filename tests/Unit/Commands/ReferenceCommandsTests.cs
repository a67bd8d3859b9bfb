using System.Text.Json;
using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

public sealed class ReferenceCommandsTests
{
    [Fact]
    public async Task Schema_IsPrinted() =>
        (await AgentProcess.RunAsync("schema")).ShouldBe((0, ConfigurationSchema.Of(new KindIndex(CheckKinds.All)), ""));

    [Fact]
    public async Task Kinds_WithoutAName_AreListedWithWhatTheyProve()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("kinds");

        (code, errors).ShouldBe((0, ""));
        output.ShouldStartWith("NAME              TIER        A PASS PROVES\n");
        output.TrimEnd('\n').Split('\n').Length.ShouldBe(CheckKinds.All.Count + 1);
        output.ShouldContain("\ntcp               dependency  A TCP connection can be opened.\n");
    }

    [Fact]
    public async Task Kind_ByName_IsPrintedWithSettingsAndValues()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("kinds", "redis");

        (code, errors).ShouldBe((0, ""));
        output.ShouldStartWith("redis: A Redis server accepts a new connection and answers PING; with roundTrip, a key is written and read "
            + "back.\n\nTier unless written: `dependency`, ");
        output.ShouldContain("| `password` | secret | none | without one there is no login |\n");
        output.ShouldContain("| `tls.enabled` | boolean | `true` where `tls` is written | speaks TLS |\n");
        output.ShouldContain("| `ping` | duration (phase) | the answer to PING |\n");
    }

    [Theory]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(160)]
    public void Kind_InATerminal_IsInTablesWithinItsWidth(int width)
    {
        foreach (var kind in CheckKinds.All)
        {
            using var written = new StringWriter { NewLine = "\n" };

            KindPage.Write(Terminal.Open(written, width, isColoured: false), kind);

            var text = written.ToString();
            text.Split('\n').ShouldAllBe(line => line.Length <= width, kind.Name);
            text.ShouldNotContain("`");
            text.ShouldNotContain("](");
            text.ShouldContain($"    kind: {kind.Name}\n");
            kind.Settings.Select(setting => setting.Name).ShouldAllBe(name => text.Contains(name, StringComparison.Ordinal), kind.Name);
        }
    }

    [Theory]
    [InlineData("kinds redis", "│ password ")]
    [InlineData("kinds redis --output markdown", "| `password` | secret |")]
    public async Task Kind_AtATerminal_IsMarkdownOnlyWhereAskedFor(string arguments, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "there is no script(1) to make a terminal");
        var agent = Path.Combine(AppContext.BaseDirectory, "health-agent.dll");
        await using var process = AgentProcess.StartBehind(
            $"NO_COLOR=1 TERM=xterm exec script -qec 'stty cols 120; dotnet {agent} {arguments}' /dev/null", [], directory: null);

        var (code, output, _) = await process.EndAsync();

        code.ShouldBe(0);
        output.ShouldContain(expected);
    }

    [Fact]
    public async Task Kind_ThatIsAPreset_IsPrintedWithWhatItIsMadeOf()
    {
        var (code, output, errors) = await AgentProcess.RunAsync("kinds", "n8n");

        (code, errors).ShouldBe((0, ""));
        output.ShouldContain("\nA preset of the kind http, which has all these settings and values. "
            + "A `url` without a path, or one that ends in `/`, is asked at `healthz/readiness`");
        output.ShouldContain("By default it expects `status == 200`, `contentType == application/json` and\n`json $.status == ok`.");
    }

    [Fact]
    public async Task Kinds_WithOutputJson_ArePrintedForPrograms()
    {
        var (_, all, _) = await AgentProcess.RunAsync("kinds", "--output", "json");
        var kinds = JsonElement.Parse(all).EnumerateArray().ToList();
        kinds.Select(kind => kind.GetProperty("name").GetString()).ShouldBe(CheckKinds.All.Select(kind => kind.Name), ignoreOrder: true);
        kinds.Single(kind => kind.GetProperty("name").GetString() == "kestra").GetProperty("preset").ToString()
            .Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)
            .ShouldBe("""{"kind":"http","path":"health"}""");

        var (_, one, _) = await AgentProcess.RunAsync("kinds", "http", "--output", "json");
        var http = JsonElement.Parse(one);
        var settings = http.GetProperty("settings").EnumerateArray()
            .ToDictionary(setting => setting.GetProperty("name").GetString()!, StringComparer.Ordinal);
        settings["url"].GetProperty("required").GetBoolean().ShouldBeTrue();
        settings["password"].GetProperty("secret").GetBoolean().ShouldBeTrue();
        settings["maxBody"].GetProperty("default").GetString().ShouldBe("1MiB");
        settings["tls"].GetProperty("settings").EnumerateArray().ShouldContain(setting => setting.GetProperty("name").GetString() == "ca");
        http.GetProperty("values").EnumerateArray()
            .ShouldContain(value => value.GetProperty("name").GetString() == "firstByte" && value.GetProperty("phase").GetBoolean());
        http.GetProperty("expect")[0].GetString().ShouldBe("status in 200..299");
    }

    [Fact]
    public void Kinds_AllHaveAnExampleThatIsValid()
    {
        foreach (var kind in CheckKinds.All)
        {
            Configured.Read(KindReference.ExampleOf(kind)).Errors.ShouldBeEmpty(kind.Name);
            KindReference.Of(kind).ShouldEndWith($"```yaml\n{KindReference.ExampleOf(kind)}```\n");
        }
    }

    [Fact]
    public async Task Kind_ThatThereIsNot_IsRefusedWithTheNearest() =>
        (await AgentProcess.RunAsync("kinds", "redsi")).ShouldBe((78, "", "there is no kind 'redsi' (did you mean 'redis'?)\n"));
}
