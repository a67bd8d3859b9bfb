using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace HealthAgent.Integration.Support;

/// <summary>A process that a test starts, and stops by its id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _standardOutput = new();
    private readonly Process _process;
    private bool _isDisposed;

    private ChildProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data, _standardOutput, _output);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, _output);
    }

    /// <summary>Its id.</summary>
    public int Id => _process.Id;

    /// <summary>All that it printed so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What of it went to standard output.</summary>
    public string StandardOutput => string.Join('\n', _standardOutput);

    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, string? directory = null, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory ?? Path.GetTempPath(),
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs until exit, with <paramref name="input"/> on standard input.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string file, IEnumerable<string> arguments, string input = "")
    {
        await using var child = Start(file, arguments);
        await child._process.StandardInput.WriteAsync(input);
        child._process.StandardInput.Close();
        return (await child.ExitAsync(), child.Output);
    }

    /// <summary>Sends a signal, such as <c>STOP</c>, <c>CONT</c>, <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        if (!_isDisposed)
        {
            using var kill = Process.Start("kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
    }

    /// <summary>Waits for exit.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Keep(string? line, params ReadOnlySpan<ConcurrentQueue<string>> kept)
    {
        foreach (var lines in kept)
        {
            if (line is not null)
            {
                lines.Enqueue(line);
            }
        }
    }
}
