using System.Collections.Concurrent;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Scenarios;

/// <summary>A whole agent that is stopped while the steps of its scenarios hang: what they created is taken back.</summary>
public sealed class ScenarioStopTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, bool> _orders = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _shop = null!;
    private int _created;
    private int _hanging;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _shop = builder.Build();
        _shop.MapPost("/orders", () =>
        {
            var id = Guid.NewGuid().ToString();
            _orders[id] = true;
            Interlocked.Increment(ref _created);
            return Results.Json(new { id });
        });
        _shop.MapGet("/orders/{id}", async () =>
        {
            Interlocked.Increment(ref _hanging);
            await _gone.Task;
        });
        _shop.MapDelete("/orders/{id}", async (string id, CancellationToken gone) =>
        {
            // As long as a cleanup may need, and longer than a run has that is merely cancelled.
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, gone);
            return _orders.TryRemove(id, out _) ? Results.NoContent() : Results.NotFound();
        });
        await _shop.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _gone.TrySetResult();
        await _shop.DisposeAsync();
    }

    [Theory]
    [InlineData("60s")]
    [InlineData("20s")]
    public async Task Stop_WhileStepsHang_CleansUp(string timeout)
    {
        const int Scenarios = 5;
        var url = _shop.Urls.Single();
        var scenarios = Enumerable.Range(1, Scenarios).Select(number => $$"""
              - name: shop-{{number}}
                kind: scenario
                interval: 120s
                timeout: {{timeout}}
                steps:
                  - { name: order, kind: http, url: "{{url}}/orders", method: POST, capture: { id: json $.id } }
                  - { name: stored, kind: http, url: "{{url}}/orders/${steps.order.id}" }
                cleanup:
                  - { name: cancel, kind: http, url: "{{url}}/orders/${steps.order.id}", method: DELETE }
            """);
        await using var agent = await AgentProcess.StartAsync(
            $"agent:\n  drain: 0s\nchecks:\n{string.Join('\n', scenarios)}\n", []);
        await Eventually.TrueAsync(() => Volatile.Read(ref _hanging), hanging => hanging == Scenarios, "all scenarios hang in a step");

        await agent.StopAsync();

        (_created, _orders.Count).ShouldBe((Scenarios, 0));
    }
}
