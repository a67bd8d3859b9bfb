using System.Globalization;
using System.Text;
using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration;

/// <summary>A collector that is killed: nothing is lost of what it acknowledged, nor of what the agent had to tell meanwhile.</summary>
public sealed class CollectorOutageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collector_KilledUnderFlow_HasForwardedWhatItAcknowledged(bool backendAnswers)
    {
        await using var sink = await OtlpJsonSink.StartAsync();
        sink.Delay = TimeSpan.FromMilliseconds(5);
        sink.IsRefusing = !backendAnswers;
        await using var collector = await Collector.StartAsync(sink);
        using var enough = new CancellationTokenSource();
        var sending = SendAsync(collector.Http, enough.Token);

        await Task.Delay(TimeSpan.FromMilliseconds(1500), TimeProvider.System);
        await collector.KillAsync();
        var atKill = sink.Logs.Count;
        sink.IsRefusing = false;
        await collector.StartAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(1000), TimeProvider.System);
        await enough.CancelAsync();
        var sent = await sending;
        var atEnd = sink.Logs.Count;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);

        TestContext.Current.TestOutputHelper!.WriteLine($"acknowledged {sent}; at sink when killed {atKill}, at end {atEnd}, 2s later {sink.Logs.Count}, distinct {sink.Logs.Select(l => l.Body).Distinct(StringComparer.Ordinal).Count()}");
        sink.Logs.Select(log => log.Body).Distinct(StringComparer.Ordinal).Count().ShouldBe(sent);
    }

    private static async Task<int> SendAsync(string url, CancellationToken enough)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var number = 0;
        for (; !enough.IsCancellationRequested; number++)
        {
            var record = new { resourceLogs = new[] { new { scopeLogs = new[] { new { logRecords = new[] { new { body = new { stringValue = number.ToString(CultureInfo.InvariantCulture) } } } } } } } };
            while (!await TrySendAsync(client, new Uri($"{url}/v1/logs"), JsonSerializer.Serialize(record)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        }

        return number;
    }

    private static async Task<bool> TrySendAsync(HttpClient client, Uri url, string record)
    {
        try
        {
            using var content = new StringContent(record, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(url, content);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
