using System.Net;

namespace HealthAgent.SideBySide;

/// <summary>Asks a blackbox_exporter for probes as a Prometheus does, on kept connections, and wants each to succeed.</summary>
internal sealed class Prober(Uri url) : IDisposable
{
    private readonly HttpClient _client =
        new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None });
    private long _succeeded;

    public long Succeeded => Interlocked.Read(ref _succeeded);

    public async Task ProbeAsync()
    {
        var answer = await _client.GetStringAsync(url);
        if (!answer.Contains("\nprobe_success 1\n", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"the probe did not succeed:\n{answer}");
        }

        Interlocked.Increment(ref _succeeded);
    }

    public void Dispose() => _client.Dispose();
}
