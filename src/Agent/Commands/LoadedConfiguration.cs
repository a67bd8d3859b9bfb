using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary>The configuration of a command: the plan, or null with the errors printed.</summary>
internal sealed record LoadedConfiguration(ConfigurationFile File, AgentPlan? Plan)
{
    /// <summary>Finds, reads and resolves the configuration; prints errors to standard error.</summary>
    public static LoadedConfiguration From(string? given)
    {
        var file = ConfigurationFile.Locate(given, Environment.GetEnvironmentVariable);
        var errors = new ConfigurationErrors(file.Name);
        foreach (var (variable, message) in OtlpVariables.FindMistakes(Environment.GetEnvironmentVariable))
        {
            errors.AddVariable(variable, message);
        }

        var plan = AgentPlan.Load(file, new KindIndex(CheckKinds.All), Environment.GetEnvironmentVariable, errors, new FilesRead());
        if (plan is null)
        {
            var lines = errors.ToLines();
            foreach (var line in lines)
            {
                Console.Error.WriteLine(line);
            }

            Console.Error.WriteLine($"{file.Name}: {lines.Count} {(lines.Count == 1 ? "error" : "errors")}; nothing was started");
        }

        return new LoadedConfiguration(file, plan);
    }
}
