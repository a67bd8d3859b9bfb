using HealthAgent.Agent.Commands;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Probing;

/// <summary>The answer to <c>debug=true</c>: what the probe did, its metrics, and the module without secrets.</summary>
internal static class ProbeExplanation
{
    /// <summary>The text, with the headings that blackbox_exporter has.</summary>
    /// <param name="module">The module.</param>
    /// <param name="run">The probe.</param>
    /// <param name="metrics">Its metrics.</param>
    public static string Of(ProbeModule module, ProbeRun run, string metrics)
    {
        var report = CheckReport.Of(new CheckedRun(run.Plan, run.Record, run.Explanation), [], isBrief: false);
        return $"Logs for the probe:\ntimeout {Units.Format(run.Timeout)}\n{PlainReport.Of([report])}"
            + $"\n\n\nMetrics that would have been returned:\n{metrics}"
            + $"\n\n\nModule configuration:\n{NodeJson.Of(Written(module))}";
    }

    private static YamlNode Written(ProbeModule module) => new WrittenText(module.Settings, module.Redactor)
        .Masked(module.Written, SettingShape.Mapping([.. module.Declared]));
}
