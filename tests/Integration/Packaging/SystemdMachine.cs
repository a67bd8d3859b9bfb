using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Packaging;

/// <summary>A container whose first process is systemd, so that packages and units do what they do on a machine.</summary>
internal sealed class SystemdMachine : IAsyncDisposable
{
    private readonly IContainer _container;

    private SystemdMachine(IContainer container) => _container = container;

    /// <summary>Starts one, with files of this machine in its folder <c>/files</c>.</summary>
    public static async Task<SystemdMachine> StartAsync(params IEnumerable<string> files)
    {
        var reasons = new List<string>();

        // The second suffices unless the container's control groups are read-only, and the first may be refused.
        foreach (var isPrivileged in new[] { false, true })
        {
            var builder = new ContainerBuilder(TestEnvironment.SystemdImage).WithPrivileged(isPrivileged)
                .WithTmpfsMount("/run").WithTmpfsMount("/tmp").WithCreateParameterModifier(parameters =>
                {
                    parameters.HostConfig!.CgroupnsMode = "private";
                    parameters.HostConfig.CapAdd = ["SYS_ADMIN"];
                    parameters.HostConfig.SecurityOpt = ["seccomp=unconfined", "apparmor=unconfined"];
                });
            var machine = new SystemdMachine(
                files.Aggregate(builder, (one, file) => one.WithResourceMapping(new FileInfo(file), "/files/")).Build());
            try
            {
                await machine._container.StartAsync();
                await Eventually.TrueAsync(
                    async () => (await machine.TryAsync("systemctl", "is-system-running")).Output.Trim(),
                    state => state is "running" or "degraded", "systemd runs", TimeSpan.FromSeconds(20));
                return machine;
            }
            catch (Exception e) when (e is Docker.DotNet.DockerApiException or Xunit.Sdk.FailException or InvalidOperationException)
            {
                reasons.Add(e.Message);
                await machine.DisposeAsync();
            }
        }

        TestEnvironment.Missing("systemd", $"systemd does not run in a container here: {string.Join("; ", reasons)}");
        throw new InvalidOperationException();
    }

    /// <summary>Runs a command, and returns what it printed.</summary>
    public async Task<string> RunAsync(params IEnumerable<string> command)
    {
        var (exitCode, output) = await TryAsync(command);
        exitCode.ShouldBe(0, $"{string.Join(' ', command)}: {output}");
        return output;
    }

    /// <summary>Runs a command that may fail.</summary>
    public async Task<(long ExitCode, string Output)> TryAsync(params IEnumerable<string> command)
    {
        var result = await _container.ExecAsync([.. command]);
        return (result.ExitCode ?? -1, result.Stdout + result.Stderr);
    }

    /// <summary>Writes a file, and the folder that it stands in.</summary>
    public async Task WriteAsync(string path, string text)
    {
        await RunAsync("mkdir", "-p", Path.GetDirectoryName(path)!);
        await _container.CopyAsync(System.Text.Encoding.UTF8.GetBytes(text), path);
    }

    /// <summary>What systemd knows of the agent.</summary>
    public async Task<string> ShowAsync(string property) =>
        (await RunAsync("systemctl", "show", "health-agent", "--value", "--property", property)).Trim();

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
