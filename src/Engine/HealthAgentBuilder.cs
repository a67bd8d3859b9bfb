using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Planning;

namespace HealthAgent;

/// <summary>
/// What the agent is given: the application's health checks and sources of them, a configuration file, kinds of checks. It takes nothing
/// else over.
/// </summary>
public sealed class HealthAgentBuilder
{
    private readonly List<CheckKind> _kinds = [];
    private readonly List<Func<IServiceProvider, IHealthCheckSource>> _sources = [];

    internal HealthAgentBuilder()
    {
    }

    /// <summary>Whether the agent runs what is registered by <c>AddHealthChecks()</c>.</summary>
    internal bool RunsRegisteredChecks { get; private set; }

    /// <summary>The configuration file, if any.</summary>
    internal ConfigurationFile? File { get; private set; }

    /// <summary>The configuration, where it is read already.</summary>
    internal AgentPlan? Plan { get; private set; }

    /// <summary>What makes the sources of the application's own.</summary>
    internal IReadOnlyList<Func<IServiceProvider, IHealthCheckSource>> Sources => _sources;

    /// <summary>The kinds that the configuration file may name.</summary>
    internal IReadOnlyList<CheckKind> Kinds => _kinds;

    /// <summary>
    /// Lets the agent run the health checks of the application, those registered by <c>AddHealthChecks()</c> before or after, each on a
    /// schedule
    /// of its own; and give its reports to every <c>IHealthCheckPublisher</c>. The framework's own loop for publishers is removed, since it
    /// would run all checks once more; <c>MapHealthChecks</c> still runs them for each request.
    /// </summary>
    /// <returns>The same builder.</returns>
    public HealthAgentBuilder AddRegisteredHealthChecks()
    {
        RunsRegisteredChecks = true;
        return this;
    }

    /// <summary>
    /// Reads checks, their defaults and maintenance windows from a file such as <c>agent.yaml</c>, when the application starts and again
    /// whenever the
    /// file changes. Of its section <c>agent</c>, an application uses <c>concurrency</c>, <c>concurrencyPerHost</c>, <c>memory</c> and
    /// <c>history</c>.
    /// </summary>
    /// <param name="path">The file, relative to the working directory. A later call replaces the file of an earlier one.</param>
    /// <returns>The same builder. Errors in the file keep the application from starting, see <c>MapHealthAgent</c>.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public HealthAgentBuilder AddYamlFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        File = new ConfigurationFile(path);
        return this;
    }

    /// <summary>
    /// Adds kinds of checks that the configuration file may name, such as <c>CheckKinds.All</c> of the package HealthAgent.Kinds.
    /// </summary>
    /// <param name="kinds">The kinds. Their names are unique; two of the same name keep the application from starting.</param>
    /// <returns>The same builder.</returns>
    public HealthAgentBuilder AddKinds(params IEnumerable<CheckKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        _kinds.AddRange(kinds);
        return this;
    }

    /// <summary>Adds checks that come and go while the application runs.</summary>
    /// <param name="source">Gives the source, such as a singleton of the application's services; called once.</param>
    /// <returns>The same builder.</returns>
    public HealthAgentBuilder AddSource(Func<IServiceProvider, IHealthCheckSource> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _sources.Add(source);
        return this;
    }

    /// <summary>Takes a configuration that was read already.</summary>
    internal HealthAgentBuilder AddPlan(AgentPlan plan)
    {
        Plan = plan;
        return this;
    }
}
