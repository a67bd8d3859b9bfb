using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Reference;

namespace HealthAgent.Unit.Reference;

/// <summary>
/// The schema of the chart's values, of which <c>config</c> is an agent.yaml: a misspelt setting is refused before it is deployed.
/// </summary>
public sealed class ChartSchemaTests
{
    private const string File = "deploy/helm/health-agent/values.schema.json";

    // As ConfigurationSchema writes it, and as it was written by hand.
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Config_IsWhatTheAgentReads()
    {
        var values = JsonNode.Parse(System.IO.File.ReadAllText(GeneratedFile.PathOf(File)))!;
        var agent = JsonNode.Parse(ConfigurationSchema.Of(new KindIndex(CheckKinds.All)))!.AsObject();
        agent.Remove("$schema");
        // Its references are to itself, so it is a schema of its own in there.
        agent.Insert(0, "$id", "agent.schema.json");
        values["$defs"]!["agent.yaml"] = agent;

        GeneratedFile.ShouldBeUpToDate(File, values.ToJsonString(Form) + "\n");
    }
}
