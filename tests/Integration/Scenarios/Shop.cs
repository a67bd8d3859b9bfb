using System.Text.Json.Nodes;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Scenarios;

/// <summary>
/// A small shop: an HTTP service with its orders in a real Postgres, its sessions in a real Redis and its shipping behind a real RabbitMQ.
/// Every component stays well whatever its <see cref="Fault"/> is.
/// </summary>
internal sealed class Shop : IAsyncDisposable
{
    private const string User = "probe", Secret = "correct-horse";

    private readonly PostgreSqlContainer _postgres =
        new PostgreSqlBuilder(TestEnvironment.PostgresImage).WithUsername("shop").WithPassword(Secret).WithDatabase("shop").Build();

    private readonly RedisContainer _redis = new RedisBuilder(TestEnvironment.RedisImage).Build();

    private readonly RabbitMqContainer _broker =
        new RabbitMqBuilder(TestEnvironment.RabbitMqImage).WithUsername("shop").WithPassword(Secret).Build();

    private ShopSessions? _sessions;
    private ShopShipping? _shipping;
    private WebApplication? _service;

    /// <summary>What is wrong with it.</summary>
    public ShopFault Fault { get; set; }

    /// <summary>The password of the user <c>probe</c>.</summary>
    public static string Password => Secret;

    /// <summary>The address of its HTTP service.</summary>
    public string Url => _service!.Urls.Single();

    /// <summary>How its database is reached.</summary>
    public string Database => _postgres.GetConnectionString();

    /// <summary>How its Redis is reached.</summary>
    public string Redis => _redis.GetConnectionString();

    /// <summary>How its broker is reached.</summary>
    public string Broker => _broker.GetConnectionString();

    /// <summary>Its orders.</summary>
    public ShopOrders Orders { get; private set; } = null!;

    public static async Task<Shop> StartAsync()
    {
        var shop = new Shop();
        await Task.WhenAll(shop._postgres.StartAsync(), shop._redis.StartAsync(), shop._broker.StartAsync());
        shop.Orders = await ShopOrders.CreateAsync(shop.Database);
        shop._sessions = new ShopSessions(shop._redis.GetMappedPublicPort(RedisBuilder.RedisPort));
        shop._shipping = await ShopShipping.StartAsync(shop.Broker, shop.Orders);
        await shop.ServeAsync();
        return shop;
    }

    public async ValueTask DisposeAsync()
    {
        await (_service?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_shipping?.DisposeAsync() ?? ValueTask.CompletedTask);
        _sessions?.Dispose();
        await (Orders?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Task.WhenAll(
            _postgres.DisposeAsync().AsTask(), _redis.DisposeAsync().AsTask(), _broker.DisposeAsync().AsTask());
    }

    private async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _service = builder.Build();
        _service.MapPost("/api/login", LoginAsync);
        _service.MapPost("/api/orders", OrderAsync);
        _service.MapGet("/api/orders/{id:long}", ShowAsync);
        _service.MapDelete("/api/orders/{id:long}", CancelAsync);
        await _service.StartAsync();
    }

    private async Task<IResult> LoginAsync(JsonNode credentials)
    {
        var isRight = (string?)credentials["user"] == User && (string?)credentials["password"] == Secret;
        return isRight || Fault == ShopFault.AnyPassword
            ? Results.Json(new JsonObject { ["token"] = await _sessions!.OpenAsync() })
            : Results.Json(new JsonObject { ["error"] = "wrong user or password" }, statusCode: StatusCodes.Status401Unauthorized);
    }

    private async Task<IResult> OrderAsync(HttpRequest request)
    {
        if (!await IsLoggedInAsync(request))
        {
            return Results.Unauthorized();
        }

        var id = Fault == ShopFault.OrderNotStored ? Orders.Forget() : await Orders.AddAsync();
        await _shipping!.SendAsync(id, toTheFullQueue: Fault == ShopFault.QueueSwallows);
        return Results.Json(new JsonObject { ["id"] = id }, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> ShowAsync(HttpRequest request, long id) =>
        !await IsLoggedInAsync(request) ? Results.Unauthorized()
        : await Orders.StateAsync(id) is { } state ? Results.Json(new JsonObject { ["state"] = state })
        : Results.NotFound();

    private async Task<IResult> CancelAsync(HttpRequest request, long id)
    {
        if (!await IsLoggedInAsync(request))
        {
            return Results.Unauthorized();
        }

        if (Fault == ShopFault.CancelFails)
        {
            return Results.StatusCode(StatusCodes.Status500InternalServerError);
        }

        await Orders.RemoveAsync(id);
        return Results.NoContent();
    }

    private Task<bool> IsLoggedInAsync(HttpRequest request) =>
        _sessions!.IsOpenAsync(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal));
}
