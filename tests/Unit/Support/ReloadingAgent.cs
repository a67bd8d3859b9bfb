using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Support;

/// <summary>A whole agent with a configuration file that tests write again.</summary>
public abstract class ReloadingAgent : IAsyncLifetime
{
    protected const string Three = """
        checks:
          - { name: stays, kind: memory, interval: 1h, timeout: 1h }
          - { name: changes, kind: memory, interval: 1h, timeout: 1h }
          - { name: goes, kind: memory, interval: 1h, timeout: 1h, group: old }
        """;

    protected const string ThreeOthers = """
        checks:
          - { name: comes, kind: memory, interval: 1h, timeout: 1h, group: new }
          - { name: changes, kind: memory, interval: 1h, timeout: 59m }
          # A comment, other quotes, another order: nothing that means anything.
          - { timeout: "1h", interval: '1h', kind: memory, name: stays }
        """;

    /// <summary>Where its files are.</summary>
    protected string Folder { get; } = TemporaryFolder.Create("reload-").FullName;

    /// <summary>The agent, once it is started.</summary>
    private protected AgentServer Agent { get; private set; } = null!;

    protected string Path => System.IO.Path.Combine(Folder, "agent.yaml");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected async Task StartAsync(string yaml, Action<IServiceCollection>? prepare = null)
    {
        await File.WriteAllTextAsync(Path, yaml);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) = AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(Path), kinds, _ => null));
        errors.ShouldBeEmpty();
        Agent = await AgentServer.StartAsync(plan!, prepare);
    }

    private protected async Task<Reply> ReloadAsync(string yaml)
    {
        await File.WriteAllTextAsync(Path, yaml);
        return await PostAsync();
    }

    private protected Task<Reply> PostAsync() => Agent.SendAsync(HttpMethod.Post, Agent.Loopback, "/reload");

    /// <summary>What a scrape sees that comes after the last answer is no longer shared, which it is for 300 ms.</summary>
    protected async Task<string> MetricsAsync()
    {
        Agent.Clock.Advance(TimeSpan.FromMilliseconds(320));
        return (await Agent.GetAsync("/metrics")).Body;
    }

    private protected CapturedRecord Event(string name) => Agent.Log.Records.Last(record => record.Id.Name == name);

    protected int Events(string name) => Agent.Log.Records.Count(record => record.Id.Name == name);

    protected Task HealthyAsync(params string[] names) =>
        EventuallyAsync(() => names.All(name => Agent.Store.Current.Find(name)?.Status == HealthAgent.State.CheckStatus.Healthy));

    /// <summary>Moves time on until something has come about.</summary>
    protected Task EventuallyAsync(Func<bool> condition) => Agent.UntilAsync(condition);
}
