using System.Globalization;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>A whole Dagu: web server, scheduler, coordinator and a worker.</summary>
internal sealed class DashboardDagu : IAsyncDisposable
{
    private readonly IReadOnlyList<ChildProcess> _processes;
    private readonly string _port = Port();

    private DashboardDagu(string directory)
    {
        var home = Directory.CreateDirectory(Path.Combine(directory, "dagu")).FullName;
        var dags = Directory.CreateDirectory(Path.Combine(home, "dags")).FullName;
        File.WriteAllText(Path.Combine(dags, "hello.yaml"), "steps:\n  - name: hello\n    command: \"true\"\n");
        (string, string)[] environment = [("DAGU_HOME", home), ("DAGU_AUTH_MODE", "none")];
        ChildProcess Run(params string[] arguments) => ChildProcess.Start(TestEnvironment.Dagu, arguments, home, environment);
        _processes =
        [
            Run("server", "--dags", dags, "-s", "127.0.0.1", "-p", _port),
            Run("scheduler", "--dags", dags),
            Run("coordinator", "-H", "127.0.0.1", "-A", "127.0.0.1", "-P", Port(), "--peer.insecure"),
            Run("worker", "--peer.insecure", "-m", "1"),
        ];
    }

    /// <summary>Checks of it: one with all observations, and one of a missing Dagu.</summary>
    public string Checks => $$"""
          - { name: dagu, kind: dagu, url: "http://127.0.0.1:{{_port}}", group: workflows, warn: [workers.healthy < 1] }
          - { name: lost-dagu, kind: dagu, url: "http://127.0.0.1:1", group: workflows }

        """;

    public static DashboardDagu Start(string directory) => new(directory);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private static string Port() => Containers.FreePort().ToString(CultureInfo.InvariantCulture);
}
