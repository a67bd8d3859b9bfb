using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.Yaml;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HealthAgent;

/// <summary>Makes the plan of what the agent was given, when the application's services are complete.</summary>
internal static class AgentPlans
{
    /// <summary>The checks that are registered in code, if the agent was given them.</summary>
    public static RegisteredChecks Registered(HealthAgentBuilder given, IServiceProvider services) =>
        new(given.RunsRegisteredChecks ? services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations : []);

    /// <summary>The plan of the file and of the code.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong with it; the message has a line for each error.</exception>
    public static AgentPlan Load(HealthAgentBuilder given, IServiceProvider services)
    {
        var errors = new ConfigurationErrors(given.File?.Name ?? "the application");
        var plan = given.Plan ?? Read(given, errors);
        var mistakes = new List<string>(errors.ToLines());
        var whole = plan is null ? null : services.GetRequiredService<RegisteredChecks>().AddTo(plan, mistakes);
        return whole is not null && mistakes.Count == 0 ? whole : throw new InvalidOperationException(string.Join(Environment.NewLine, mistakes));
    }

    private static AgentPlan? Read(HealthAgentBuilder given, ConfigurationErrors errors)
    {
        var (kinds, files) = (new KindIndex(given.Kinds), new FilesRead());
        return given.File is { } file
            ? AgentPlan.Load(file, kinds, Environment.GetEnvironmentVariable, errors, files)
            : AgentPlan.Resolve(AgentOptions.Nothing, new ConfigurationFile(null), kinds, Environment.GetEnvironmentVariable, errors, files);
    }
}
