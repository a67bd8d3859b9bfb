using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HealthAgent.Explanation;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;

namespace HealthAgent.Unit.Support;

/// <summary>Runs checks once and has them explained.</summary>
internal static class Explained
{
    /// <summary>Plans a check of these lines and runs it once.</summary>
    public static Task<(RunRecord Record, ExplainedRun Explanation)> RunAsync(params string[] lines) => RunAsync(Configured.Plan(lines));

    /// <summary>Runs a check once.</summary>
    public static async Task<(RunRecord Record, ExplainedRun Explanation)> RunAsync(CheckPlan plan)
    {
        var explanation = new RunExplanation();
        var run = await OneRun.OfAsync(new CheckInstance(plan) { Explanation = explanation });
        return (run.Record, explanation.Complete(plan.Redactor));
    }

    /// <summary>An authority's certificate as a quoted text of YAML.</summary>
    public static string Pem(Authority authority) => JsonSerializer.Serialize(authority.Certificate.ExportCertificatePem());

    /// <summary>All of it as JSON.</summary>
    public static string Json(this ExplainedRun run)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            ExplainedRunJson.Write(json, run);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
