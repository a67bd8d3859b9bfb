namespace HealthAgent.Integration.Support;

/// <summary>The processes of a real Dagu with a home of its own.</summary>
/// <param name="home">Its home.</param>
/// <param name="program">The program; version 1.30.2 unless given.</param>
internal sealed class DaguProgram(string home, string? program = null) : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];

    /// <summary>The folder of its DAGs.</summary>
    public string Dags { get; } = Directory.CreateDirectory(Path.Combine(home, "dags")).FullName;

    /// <summary>Starts one of its commands.</summary>
    public ChildProcess Start(params string[] arguments)
    {
        var process = ChildProcess.Start(
            program ?? TestEnvironment.Dagu, arguments, home,
            ("DAGU_HOME", home), ("DAGU_AUTH_MODE", "none"), ("DAGU_SCHEDULER_PORT", "0"));
        _processes.Add(process);
        return process;
    }

    /// <summary>Adds a DAG, or replaces it.</summary>
    public Task WriteAsync(string dag, string yaml) => File.WriteAllTextAsync(Path.Combine(Dags, $"{dag}.yaml"), yaml);

    /// <summary>Kills its processes, those that are frozen too.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.SignalAsync("CONT");
            await process.DisposeAsync();
        }

        _processes.Clear();
        RemoveSockets();
    }

    // Each run of a DAG has a socket in /tmp, whatever TMPDIR says, and leaves it there when it is killed. Those that no process has bound
    // are of no use to anybody.
    private static void RemoveSockets()
    {
        var sockets = Directory.GetFiles("/tmp", "@dagu_*.sock");
        var bound = File.ReadAllText("/proc/net/unix");
        foreach (var socket in sockets.Where(socket => !bound.Contains(socket, StringComparison.Ordinal)))
        {
            File.Delete(socket);
        }
    }
}
