using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Reload;

/// <summary>A whole agent with a file, code, and a source that tests change.</summary>
public abstract class AgentWithSources : IAsyncLifetime
{
    private readonly string _folder = TemporaryFolder.Create("sources-").FullName;

    private protected ListSource Cluster { get; } = new();

    private protected ReplacementCount Replacements { get; } = new();

    /// <summary>The agent, once it is started.</summary>
    private protected AgentServer Agent { get; private set; } = null!;

    protected string Path => System.IO.Path.Combine(_folder, "agent.yaml");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected CheckStatus? Status(string name) => Agent.Store.Current.Find(name)?.Status;

    protected async Task StartAsync(string yaml, Action<IServiceCollection>? prepare = null)
    {
        await File.WriteAllTextAsync(Path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) = AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(Path), kinds, _ => null), Cluster);
        errors.ShouldBeEmpty();
        Agent = await AgentServer.StartAsync(plan!, services =>
        {
            services.AddSingleton<IPlanListener>(Replacements);
            prepare?.Invoke(services);
        });
    }

    protected Task EventuallyAsync(Func<bool> condition) => Agent.UntilAsync(condition);

    private protected sealed class ReplacementCount : IPlanListener
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnReplaced(AgentPlan next) => Interlocked.Increment(ref _count);
    }
}
