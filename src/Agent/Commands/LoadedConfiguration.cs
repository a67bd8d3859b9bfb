using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary>The configuration of a command: the plan, or null with the errors printed.</summary>
internal sealed record LoadedConfiguration(ConfigurationFile File, AgentPlan? Plan)
{
    /// <summary>Finds, reads and resolves the configuration; prints errors to standard error.</summary>
    /// <param name="given">The file that was named; null where none was.</param>
    /// <param name="written">Sees what is written.</param>
    public static LoadedConfiguration From(string? given, Action<AgentOptions>? written = null)
    {
        var file = ConfigurationFile.Locate(given, Environment.GetEnvironmentVariable);
        var variables = new ConfigurationErrors(file.Name);
        foreach (var (variable, message) in OtlpVariables.FindMistakes(Environment.GetEnvironmentVariable))
        {
            variables.AddVariable(variable, message);
        }

        var kinds = new KindIndex(CheckKinds.All);
        var source = new FileSource(file, kinds, Environment.GetEnvironmentVariable, written);
        var (plan, errors) = AgentPlan.Load(kinds, Environment.GetEnvironmentVariable, source);
        IReadOnlyList<string> lines = [.. variables.ToLines(), .. errors];
        if (lines.Count > 0)
        {
            foreach (var line in lines)
            {
                Console.Error.WriteLine(line);
            }

            Console.Error.WriteLine($"{file.Name}: {lines.Count} {(lines.Count == 1 ? "error" : "errors")}; nothing was started");
        }

        return new LoadedConfiguration(file, lines.Count == 0 ? plan : null);
    }
}
