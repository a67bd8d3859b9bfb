using System.Net.ServerSentEvents;
using System.Text.Json;

namespace HealthAgent.Unit.Support;

/// <summary>A client of <c>/events</c>, with .NET's own parser of server-sent events.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventReader(HttpClient client, HttpResponseMessage response, Stream body)
    {
        (_client, Response, _parser) = (client, response, SseParser.Create(body));
        _items = _parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public HttpResponseMessage Response { get; }

    /// <summary>What a browser would send when it connects again.</summary>
    public string LastEventId => _parser.LastEventId;

    public TimeSpan ReconnectionInterval => _parser.ReconnectionInterval;

    /// <summary>Connects, and waits until the answer begins.</summary>
    public static async Task<EventReader> OpenAsync(Uri agent, string query = "", string? lastEventId = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = agent };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events" + query);
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId).ShouldBeTrue();
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken)
            .Ends();
        ((int)response.StatusCode).ShouldBe(200, await ErrorAsync(response));
        return new EventReader(client, response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event; null when the agent ended the stream.</summary>
    public async Task<StreamEvent?> NextAsync() => await _items.MoveNextAsync().AsTask().Ends()
        ? new StreamEvent(_items.Current.EventType, _items.Current.EventId, JsonElement.Parse(_items.Current.Data))
        : null;

    /// <summary>The next event, which must be one of all states.</summary>
    public async Task<StreamEvent> ResetAsync()
    {
        var first = (await NextAsync()).ShouldNotBeNull();
        first.Type.ShouldBe("reset");
        return first;
    }

    /// <summary>So many events, by their short forms.</summary>
    public async Task<IReadOnlyList<string>> NextAsync(int count)
    {
        var events = new List<string>();
        for (var i = 0; i < count; i++)
        {
            events.Add((await NextAsync()).ShouldNotBeNull().ToString());
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        // First: what waits for the next event would wait for long.
        Response.Dispose();
        _client.Dispose();
        try
        {
            await _items.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // Somebody waits for the next event.
        }
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}

/// <summary>An event as a client gets it.</summary>
internal sealed record StreamEvent(string Type, string? Id, JsonElement Data)
{
    public string? Text(string name) => Data.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>In short: <c>db unknown>healthy</c>, or the last word of its type.</summary>
    public override string ToString() => Type == "health_check.state_changed"
        ? $"{Text("name")} {Text("previousStatus")}>{Text("status")}"
        : $"{Text("name")} {Type.Split('.')[^1]}".Trim();
}
