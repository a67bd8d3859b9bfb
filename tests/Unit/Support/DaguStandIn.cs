using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Support;

/// <summary>
/// The routes of Dagu 2.15, as its source has them, over HTTP on loopback; its time is a fake clock, its state is what a test sets. What it
/// was asked is in <see cref="Requests"/>.
/// </summary>
internal sealed partial class DaguStandIn : IAsyncDisposable
{
    /// <summary>The path of its API.</summary>
    public const string Api = "/api/v1";

    private readonly ConcurrentQueue<string> _requests = [];
    private HttpTarget? _server;

    private DaguStandIn(FakeTimeProvider clock) => (Clock, Started) = (clock, clock.GetUtcNow() - TimeSpan.FromHours(1));

    /// <summary>Its clock, and that of whoever checks it.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>Its address.</summary>
    public string Url => _server!.Url;

    /// <summary>When its web server was started.</summary>
    public DateTimeOffset Started { get; set; }

    /// <summary>How far its clock is ahead of <see cref="Clock"/>.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>The time by its own clock, in whole seconds as it writes them.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = Clock.GetUtcNow() + ClockOffset;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    /// <summary>What it says to be.</summary>
    public string Version { get; set; } = "2.15.1";

    /// <summary>Without a web page: paths outside of the API are 404 instead of 200 in HTML.</summary>
    public bool IsHeadless { get; set; }

    /// <summary>A route that a proxy in front hides, with an error page of its own.</summary>
    public string? Hidden { get; set; }

    /// <summary>The status of that page.</summary>
    public int HiddenBy { get; set; } = 404;

    /// <summary>Roles by API key; without any, there is no authentication.</summary>
    public Dictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Passwords by user, for a login, whose token has the role viewer.</summary>
    public Dictionary<string, string> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Logins that failed; after five the address is locked out.</summary>
    public int FailedLogins { get; set; }

    /// <summary>Whether the caller's address is on the list of those that are allowed.</summary>
    public bool IsAddressAllowed { get; set; } = true;

    /// <summary>The registered schedulers.</summary>
    public List<StandInService> Schedulers { get; } = [];

    /// <summary>The registered coordinators.</summary>
    public List<StandInService> Coordinators { get; } = [];

    /// <summary>Whether workers are possible at all: <c>coordinator.enabled</c>.</summary>
    public bool HasCoordinator { get; set; } = true;

    /// <summary>Errors of coordinators that did not answer; if none did, the response is 503.</summary>
    public List<string> WorkerErrors { get; } = [];

    /// <summary>Whether the registered coordinators can be reached.</summary>
    public bool AreCoordinatorsReachable { get; set; } = true;

    /// <summary>The workers.</summary>
    public List<StandInWorker> Workers { get; } = [];

    /// <summary>The queues, and what waits in each.</summary>
    public List<StandInQueue> Queues { get; } = [];

    /// <summary>The DAG files.</summary>
    public List<StandInDag> Dags { get; } = [];

    /// <summary>All runs, in any order.</summary>
    public List<StandInRun> Runs { get; } = [];

    /// <summary>Whether listing runs takes longer than the 10 s that Dagu gives it.</summary>
    public bool AreRunsSlow { get; set; }

    /// <summary>Whether what is started runs: <c>start</c> answers when the run has a status.</summary>
    public Action<StandInRun> OnStart { get; set; }
        = static run => (run.Status, run.FinishedAt) = (StandInStatus.Succeeded, run.StartedAt);

    /// <summary>What becomes of a run that was enqueued.</summary>
    public Action<StandInRun> OnEnqueue { get; set; } = static _ => { };

    /// <summary>Called with what is asked, before it is answered.</summary>
    public Action<string> OnRequest { get; set; } = static _ => { };

    /// <summary>What was asked, as <c>GET /queues?limit=5</c>, without the path of the API.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>How often a read changed the state of a run, as details of a stale run do.</summary>
    public int Repairs { get; private set; }

    /// <summary>Starts one with an active scheduler.</summary>
    public static async Task<DaguStandIn> StartAsync(FakeTimeProvider? clock = null)
    {
        var dagu = new DaguStandIn(clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero)));
        dagu.Schedulers.Add(new StandInService("scheduler-1", "host-a", dagu.Started));
        dagu._server = await HttpTarget.StartAsync(dagu.AnswerAsync);
        return dagu;
    }

    /// <summary>Forgets what was asked.</summary>
    public void ClearRequests() => _requests.Clear();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(Api + "/", StringComparison.Ordinal))
        {
            await SendTextAsync(context, IsHeadless ? 404 : 200, "<html>Dagu</html>", "text/html");
            return;
        }

        var route = path[Api.Length..];
        var request = $"{context.Request.Method} {route}{context.Request.QueryString}";
        _requests.Enqueue(request);
        OnRequest(request);
        if (route == Hidden)
        {
            await SendTextAsync(context, HiddenBy, "<html>Error</html>", "text/html");
            return;
        }

        if (!IsAddressAllowed)
        {
            await SendTextAsync(context, 403, "Forbidden");
            return;
        }

        if (route is not ("/health" or "/auth/login") && Role(context) is null)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"restricted\"";
            return;
        }

        if (route.EndsWith('/'))
        {
            context.Response.Redirect(path.TrimEnd('/'), permanent: true);
            return;
        }

        await (Find(context.Request.Method, route) is { } found ? found(context) : SendTextAsync(context, 404, "404 page not found"));
    }

    /// <summary>The role of the caller; null for an unknown one.</summary>
    private string? Role(HttpContext context) => Keys.Count + Users.Count == 0
        ? "admin"
        : Keys.GetValueOrDefault(context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal));

    private static Task SendTextAsync(HttpContext context, int status, string text, string type = "text/plain")
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, $"{type}; charset=utf-8");
        return context.Response.WriteAsync(text);
    }

    private static Task SendAsync(HttpContext context, object json, int status = 200)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
        return context.Response.WriteAsync(JsonSerializer.Serialize(json, StandInJson));
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message) =>
        SendAsync(context, new { code, message }, status);

    private static readonly JsonSerializerOptions StandInJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A time as Dagu writes it: RFC 3339 in whole seconds.</summary>
    private static string? Written(DateTimeOffset? time) => time?.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture);
}
