using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;

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
        output.TrimEnd('\n').Split('\n').Length.ShouldBe(CheckKinds.All.Count);
        output.ShouldContain("\ntcp       A TCP connection can be opened.\n");
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

    [Fact]
    public async Task Kind_ThatThereIsNot_IsRefusedWithTheNearest() =>
        (await AgentProcess.RunAsync("kinds", "redsi")).ShouldBe((78, "", "there is no kind 'redsi' (did you mean 'redis'?)\n"));
}
