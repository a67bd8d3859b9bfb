using System.Collections.Concurrent;
using System.Globalization;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Scenarios;

/// <summary>A shop with a login and orders, and with faults on request.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Token = "t-0123456789abcdef", Session = "s-fedcba9876543210";

    private HttpTarget _target = null!;
    private int _asked;

    public ConcurrentDictionary<string, int> Orders { get; } = new(StringComparer.Ordinal);

    public string Password { get; set; } = "secret-word";

    public bool Stores { get; set; } = true;

    public int StoresAfter { get; set; }

    public bool Cancels { get; set; } = true;

    public bool Hangs { get; set; }

    public bool Echoes { get; set; }

    public int Total { get; set; } = 5;

    public string Url => _target.Url;

    public string Scenario => $$"""
        timeout: 10s
        steps:
          - name: login
            kind: http
            url: {{Url}}/api/login
            method: POST
            headers: { Content-Type: application/json }
            body: '{"user":"probe","password":"secret-word"}'
            expect: ["status == 200"]
            capture: { token: json $.token, session: "header Set-Cookie matches session=([^;]+)" }
          - name: order
            kind: http
            url: {{Url}}/api/orders
            method: POST
            token: ${steps.login.token}
            headers: { Cookie: "session=${steps.login.session}" }
            expect: ["status == 201", "json $.total == 5"]
            warn: ["body contains unknown-word"]
            capture: { id: json $.id }
          - name: stored
            kind: http
            url: {{Url}}/api/orders/${steps.order.id}
            token: ${steps.login.token}
            warn: ["json $.id != ${steps.order.id}"]
            # retry
        cleanup:
          - name: cancel
            kind: http
            url: {{Url}}/api/orders/${steps.order.id}
            method: DELETE
            token: ${steps.login.token}
        """;

    public static async Task<Shop> OpenAsync()
    {
        var shop = new Shop();
        shop._target = await HttpTarget.StartAsync(shop.AnswerAsync);
        return shop;
    }

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var (path, method) = (context.Request.Path.Value!, context.Request.Method);
        var id = path.StartsWith("/api/orders/", StringComparison.Ordinal) ? path["/api/orders/".Length..] : "";
        return (method, path) switch
        {
            ("POST", "/api/login") => LoginAsync(context),
            _ when context.Request.Headers.Authorization != $"Bearer {Token}" => Answer(context, 401, "{}"),
            ("POST", "/api/orders") when context.Request.Cookies["session"] == Session => OrderAsync(context),
            ("GET", _) => ShowAsync(context, id),
            ("DELETE", _) => Answer(context, !Cancels ? 500 : Orders.TryRemove(id, out _) ? 204 : 404, null),
            _ => Answer(context, 400, "{}"),
        };
    }

    private async Task LoginAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var accepted = (await reader.ReadToEndAsync()).Contains($"\"password\":\"{Password}\"", StringComparison.Ordinal);
        context.Response.Headers.SetCookie = $"session={Session}; Path=/; HttpOnly";
        await Answer(context, accepted ? 200 : 401, $$"""{"token":"{{Token}}"}""");
    }

    private Task OrderAsync(HttpContext context)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"order-{Orders.Count + 1}");
        if (Stores)
        {
            Orders[id] = Total;
        }

        var echo = Echoes ? $",\"echo\":\"{context.Request.Headers.Authorization} {context.Request.Headers.Cookie}\"" : "";
        return Answer(context, 201, $$"""{"id":"{{id}}","total":{{Total}}{{echo}}}""");
    }

    private async Task ShowAsync(HttpContext context, string id)
    {
        if (Hangs)
        {
            var gone = new TaskCompletionSource();
            await using var closed = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        var isStored = Orders.ContainsKey(id) && Interlocked.Increment(ref _asked) > StoresAfter;
        await Answer(context, isStored ? 200 : 404, isStored ? $$"""{"id":"{{id}}"}""" : "{}");
    }

    private static async Task Answer(HttpContext context, int status, string? json)
    {
        context.Response.StatusCode = status;
        if (json is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(json);
        }
    }
}
