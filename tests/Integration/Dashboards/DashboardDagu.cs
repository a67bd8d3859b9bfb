using System.Globalization;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Dashboards;

/// <summary>A whole Dagu: web server, scheduler, coordinator and a worker.</summary>
internal sealed class DashboardDagu : IAsyncDisposable
{
    private readonly DaguProgram _program;
    private readonly string _port = Port();

    private DashboardDagu(string directory)
    {
        _program = new DaguProgram(Path.Combine(directory, "dagu"));
        File.WriteAllText(Path.Combine(_program.Dags, "hello.yaml"), "steps:\n  - name: hello\n    command: \"true\"\n");
        _program.Start("server", "--dags", _program.Dags, "-s", "127.0.0.1", "-p", _port);
        _program.Start("scheduler", "--dags", _program.Dags);
        _program.Start("coordinator", "-H", "127.0.0.1", "-A", "127.0.0.1", "-P", Port(), "--peer.insecure");
        _program.Start("worker", "--peer.insecure", "-m", "1");
    }

    /// <summary>Checks of it: one with all observations, and one of a missing Dagu.</summary>
    public string Checks => $$"""
          - { name: dagu, kind: dagu, url: "http://127.0.0.1:{{_port}}", group: workflows, warn: [workers.healthy < 1] }
          - { name: lost-dagu, kind: dagu, url: "http://127.0.0.1:1", group: workflows }

        """;

    public static DashboardDagu Start(string directory) => new(directory);

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static string Port() => Containers.FreePort().ToString(CultureInfo.InvariantCulture);
}
