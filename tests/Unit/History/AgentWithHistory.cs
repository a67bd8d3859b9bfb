using HealthAgent.Planning;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.History;

/// <summary>An agent that keeps its history in a folder, and can be started again there.</summary>
public abstract class AgentWithHistory : IDisposable
{
    private protected WatchedFolder Folder { get; } = new();

    private readonly CheckPlan[] _checks = [Plans.Check("db", failureThreshold: 1), Plans.Check("web", failureThreshold: 2)];

    protected string Path => Folder["state"];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<AgentServer> StartAsync() =>
        AgentServer.StartAsync(Plans.Agent(_checks) with { Concurrency = 0, HistoryPath = Path });

    protected string Of(string name) => System.IO.Path.Combine(Path, name);
}
