using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Library;

/// <summary>One of the samples as a process, on two ports of its own.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly int _port;
    private readonly int _adminPort;

    private SampleProcess(Process process, int port, int adminPort) => (_process, _port, _adminPort) = (process, port, adminPort);

    public static SampleProcess Start(string sample, params (string Name, string Value)[] environment)
    {
        var (port, adminPort) = (FreePort(), FreePort());
        var output = Path.GetRelativePath(Path.Combine(SourceTree.Root, "tests", "Unit"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo(
            "dotnet", Path.Combine(SourceTree.Root, "samples", sample, output, $"{sample}.dll")) { WorkingDirectory = Path.GetTempPath() };
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port};http://127.0.0.1:{adminPort}";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["AdminPort"] = $"{adminPort}";
        start.Environment["SHOP_URL"] = $"http://127.0.0.1:{port}";
        start.Environment["Logging__LogLevel__Default"] = "None";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SampleProcess(Process.Start(start)!, port, adminPort);
    }

    /// <summary>Asks until an answer has the status and the text.</summary>
    public async Task<string> UntilAsync(string path, int status, string text, bool admin = false)
    {
        var (start, answer) = (TimeProvider.System.GetTimestamp(), "nothing");
        while (TimeProvider.System.GetElapsedTime(start) < Limit && !_process.HasExited)
        {
            try
            {
                using var response = await _client.GetAsync(
                    new Uri($"http://127.0.0.1:{(admin ? _adminPort : _port)}{path}"), TestContext.Current.CancellationToken);
                var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                answer = $"{(int)response.StatusCode} {body}";
                if ((int)response.StatusCode == status && body.Contains(text, StringComparison.Ordinal))
                {
                    return body;
                }
            }
            catch (HttpRequestException e)
            {
                answer = e.Message;
            }

            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{path} does not answer {status} with '{text}', but {answer}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
