using System.Text;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands;

/// <summary>Configurations to begin with, commented and valid.</summary>
internal static class Starter
{
    // In the resource, examples follow this line.
    private const string Examples = "#EXAMPLES\n";

    /// <summary>The agent and its host, with examples in comments.</summary>
    public static string Text => Resource().Replace(Examples, "", StringComparison.Ordinal);

    /// <summary>
    /// The agent, its host and what the environment names. Values of variables are not part of it. What would not be valid is in a comment
    /// with the reason.
    /// </summary>
    public static string Of(IReadOnlyDictionary<string, string> environment, KindIndex kinds)
    {
        var found = EnvironmentChecks.Find(environment, kinds);
        var unsupported = EnvironmentChecks.FindUnsupported(environment);
        var rest = unsupported.Count == 0
            ? ""
            : $"\n  # There is no kind yet for {string.Join(", ", unsupported)}. Whether the port answers says kind tcp:\n"
                + "  # - name: other\n  #   kind: tcp\n  #   address: HOST:PORT\n";
        if (found.Count == 0)
        {
            return Resource().Replace(Examples, rest.Length == 0 ? "" : rest[1..] + "\n", StringComparison.Ordinal)
                + "\n# No environment variable names a database, broker or scheduler that was recognized.\n";
        }

        var text = new StringBuilder(Resource().Split(Examples)[0].TrimEnd('\n') + "\n\n  # From the environment.\n");
        var names = new HashSet<string>(["agent", "memory", "disk"], StringComparer.Ordinal);
        foreach (var check in found)
        {
            var name = Enumerable.Range(2, found.Count + names.Count).Select(number => $"{check.Name}-{number}")
                .Prepend(check.Name).First(names.Add);
            string[] lines = [$"- name: {name}", $"  kind: {check.Kind}", .. check.Settings.Select(setting => $"  {setting}")];
            var problem = check.Problem ?? ProblemOf(lines, environment, kinds);
            text.Append(problem is null ? $"  # {check.From}\n" : $"  # {check.From}: {problem}\n");
            foreach (var line in lines)
            {
                text.Append(problem is null ? "  " : "  # ").Append(line).Append('\n');
            }
        }

        return text.Append(rest).ToString();
    }

    /// <summary>What is wrong with a check; null for nothing. No secret is part of it.</summary>
    private static string? ProblemOf(string[] lines, IReadOnlyDictionary<string, string> environment, KindIndex kinds)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var root = YamlTree.Read($"checks:\n{string.Concat(lines.Select(line => line + "\n"))}", errors)!;
        var options = AgentOptionsReader.Read(root, errors, new Substitution(environment.GetValueOrDefault, new FilesRead()));
        Planner.Plan(options, kinds, errors);
        return errors.Any ? errors.ToLines()[0].Split(": ", 3)[^1] : null;
    }

    private static string Resource()
    {
        using var starter = new StreamReader(typeof(Starter).Assembly.GetManifestResourceStream("starter-agent.yaml")!);
        return starter.ReadToEnd();
    }
}
