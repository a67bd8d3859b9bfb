using System.Text.Json;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Scenarios;

/// <summary>
/// A shop made of a real Postgres, Redis, RabbitMQ and an HTTP service, watched by one scenario: it finds what no check of a component can.
/// </summary>
public sealed class ShopTests : IAsyncLifetime
{
    private Shop? _shop;

    public async ValueTask InitializeAsync() => _shop = await Shop.StartAsync();

    public ValueTask DisposeAsync() => _shop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Scenario_OfAShopWhoseComponentsAreAllWell_NamesWhatIsWrongWithIt()
    {
        await using var agent = await TestAgent.StartAsync(Checks());
        await agent.UntilAsync("checkout", "healthy");

        foreach (var (fault, step, errorType) in ((ShopFault, string, string)[])[
            (ShopFault.AnyPassword, "wrong-password", "unexpected_status"),
            (ShopFault.OrderNotStored, "stored", "expectation"),
            (ShopFault.QueueSwallows, "shipped", "expectation")])
        {
            _shop!.Fault = fault;
            var failed = await agent.UntilAsync("checkout", "unhealthy");

            failed.GetProperty("last").GetProperty("errorType").GetString().ShouldBe(errorType, $"{fault}: {failed}");
            failed.GetProperty("last").GetProperty("reason").GetString()!.ShouldContain($"step '{step}'", Case.Sensitive, $"{fault}");
            StepsOf(failed).Last(one => one.Outcome == "fail").Name.ShouldBe(step);
            StepsOf(failed).SkipWhile(one => one.Name != step).Skip(1).TakeWhile(one => one.Name != "cancel")
                .ShouldAllBe(one => one.Outcome == "skipped");
            await ShouldFindComponentsWellAsync(agent);

            _shop.Fault = ShopFault.None;
            await agent.UntilAsync("checkout", "healthy");
        }

        _shop!.Fault = ShopFault.CancelFails;
        var warned = await agent.UntilAsync("checkout", "degraded");
        warned.GetProperty("last").GetProperty("reason").GetString()!.ShouldContain("'cancel'");
        await ShouldFindComponentsWellAsync(agent);
    }

    [Fact]
    public async Task Scenario_OfAShop_LeavesNothingBehindAndShowsNoSecret()
    {
        await using (var agent = await TestAgent.StartAsync(Checks()))
        {
            await agent.UntilAsync("checkout", "healthy");

            var details = (await agent.GetAsync("/health/checks/checkout")).Body;
            details.ShouldNotContain(Shop.Password);
            details.ShouldContain("\"name\": \"shipped\"");
        }

        (await _shop!.Orders.CountAsync()).ShouldBeLessThanOrEqualTo(1, "at most that of the run that was under way");
    }

    private static async Task ShouldFindComponentsWellAsync(TestAgent agent)
    {
        foreach (var component in new[] { "shop-db", "shop-sessions", "shop-broker", "shop-site" })
        {
            (await agent.GetJsonAsync($"/health/checks/{component}")).GetProperty("status").GetString().ShouldBe("healthy", component);
        }
    }

    private static IEnumerable<(string Name, string Outcome)> StepsOf(JsonElement state) => state.GetProperty("steps").EnumerateArray()
        .Select(step => (step.GetProperty("name").GetString()!, step.GetProperty("outcome").GetString()!));

    private string Checks() => $$"""
          - { name: shop-db, kind: postgres, group: shop, connectionString: "{{_shop!.Database}}" }
          - { name: shop-sessions, kind: redis, group: shop, connectionString: "{{_shop.Redis}}" }
          - { name: shop-broker, kind: rabbitmq, group: shop, connectionString: "{{_shop.Broker}}" }
          - { name: shop-site, kind: tcp, group: shop, address: "{{new Uri(_shop.Url).Authority}}" }
          - name: checkout
            kind: scenario
            group: shop
            interval: 6s
            retryInterval: 1s
            timeout: 6s
            steps:
              - name: wrong-password
                kind: http
                url: {{_shop.Url}}/api/login
                method: POST
                headers: { Content-Type: application/json }
                body: '{"user":"probe","password":"wrong"}'
                expect: ["status == 401"]
              - name: login
                kind: http
                url: {{_shop.Url}}/api/login
                method: POST
                headers: { Content-Type: application/json }
                body: '{"user":"probe","password":"{{Shop.Password}}"}'
                capture: { token: "json $.token" }
              - name: order
                kind: http
                url: {{_shop.Url}}/api/orders
                method: POST
                token: "${steps.login.token}"
                capture: { id: "json $.id" }
                expect: ["status == 201"]
              - name: stored
                kind: postgres
                connectionString: "{{_shop.Database}}"
                query: select count(*) from orders where id = ${steps.order.id}
                expect: ["value == 1"]
              - name: shipped
                kind: http
                url: {{_shop.Url}}/api/orders/${steps.order.id}
                token: "${steps.login.token}"
                expect: ["json $.state == shipped"]
                retry: { for: 2s, every: 100ms }
            cleanup:
              - name: cancel
                kind: http
                url: {{_shop.Url}}/api/orders/${steps.order.id}
                method: DELETE
                token: "${steps.login.token}"
        """;
}
