using System.Diagnostics;
using System.Text;

namespace HealthAgent.Unit.Support;

/// <summary>The agent as a process with arguments, exit code and two streams.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private AgentProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
    }

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    public int Id => _process.Id;

    /// <summary>Runs a command until it exits.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>Runs a command with a limit on open files until it exits.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunWithinAsync(int openFiles, params string[] arguments)
    {
        await using var process = StartWithin(openFiles, arguments);
        return await process.EndAsync();
    }

    /// <summary>Starts a command with a limit on open files.</summary>
    public static AgentProcess StartWithin(int openFiles, params string[] arguments) =>
        StartBehind($"ulimit -n {openFiles}", arguments, directory: null);

    public static AgentProcess Start(string[] arguments, string? directory = null, params (string Name, string Value)[] environment) =>
        StartBehind(shell: null, arguments, directory, environment);

    /// <summary>Starts an agent after a shell command, such as <c>exec &gt;/dev/full</c>.</summary>
    public static AgentProcess StartBehind(
        string? shell, string[] arguments, string? directory, params (string Name, string Value)[] environment)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(shell is null ? dotnet : "sh")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        string[] before = shell is null ? [] : ["-c", $"{shell}; exec \"$0\" \"$@\"", dotnet];
        Array.ForEach(before, start.ArgumentList.Add);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "health-agent.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("HEALTH_AGENT_CONFIG");
        start.Environment.Remove("HEALTH_AGENT_LISTEN");
        start.Environment["DOTNET_TieredPGO"] = "0";
        // Its sockets would stay in the temporary folder where it is killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new AgentProcess(new Process { StartInfo = start });
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits for exit.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Ends();
        return (_process.ExitCode, Output, Errors);
    }

    /// <summary>Sends SIGTERM, as container engines do.</summary>
    public void Terminate()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it at once, as SIGKILL does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

/// <summary>A configuration file that is deleted with its test.</summary>
internal sealed class ConfigurationText : IDisposable
{
    public ConfigurationText(string yaml)
    {
        Directory = TemporaryFolder.Create("folder-").FullName;
        Path = System.IO.Path.Combine(Directory, "agent.yaml");
        File.WriteAllText(Path, yaml);
    }

    public string Directory { get; }

    public string Path { get; }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
