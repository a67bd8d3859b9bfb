using System.Net;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds;

/// <summary>Polls <c>/livez</c>, and fails at the end if any response was not 200.</summary>
internal sealed class LivezWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _watching;

    public LivezWatch(TestAgent agent) => _watching = WatchAsync(agent);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        (await _watching).ShouldBeGreaterThan(0, "livez was asked");
        _stop.Dispose();
    }

    private async Task<int> WatchAsync(TestAgent agent)
    {
        var asked = 0;
        for (; !_stop.IsCancellationRequested; asked++)
        {
            var (code, body) = await agent.GetAsync("/livez");
            code.ShouldBe(HttpStatusCode.OK, body);
            await Task.Delay(Pause, TimeProvider.System);
        }

        return asked;
    }
}
