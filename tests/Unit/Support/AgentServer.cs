using System.Net.Sockets;
using System.Text;
using HealthAgent.Agent;
using HealthAgent.Configuration;
using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.Scheduling;
using HealthAgent.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace HealthAgent.Unit.Support;

/// <summary>
/// An agent with its surfaces on real Kestrel: one listener on loopback, one on all addresses. Its clock is fake and its
/// worker has no place for runs, so that the snapshot is what the test says and nothing else.
/// </summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private readonly WebApplication _agent;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private AgentServer(WebApplication agent, LoopClock clock)
    {
        (_agent, Clock) = (agent, clock);
        (Loopback, Public) = (new Uri(agent.Urls.First()), new Uri($"http://127.0.0.1:{new Uri(agent.Urls.Last()).Port}"));
        Store = agent.Services.GetRequiredService<StateStore>();
    }

    public LoopClock Clock { get; }

    public StateStore Store { get; }

    public CapturedLog Log { get; private init; } = new();

    public IServiceProvider Services => _agent.Services;

    /// <summary>The events that have happened.</summary>
    public EventLog Events => Services.GetRequiredService<EventLog>();

    /// <summary>The listener whose callers see details.</summary>
    public Uri Loopback { get; }

    /// <summary>The listener whose callers do not, wherever they call from.</summary>
    public Uri Public { get; }

    public static Task<AgentServer> StartAsync(params IReadOnlyList<CheckPlan> checks) =>
        StartAsync(Plans.Agent(checks) with { Concurrency = 0 });

    public static async Task<AgentServer> StartAsync(
        AgentPlan plan, Action<IServiceCollection>? prepare = null, TimeSpan clockAdvance = default, IReadOnlyList<Listener>? listen = null)
    {
        var (clock, log) = (new LoopClock(), new CapturedLog());
        clock.Advance(clockAdvance);
        var agent = Program.Build(plan with { Listen = listen ?? [At("http://127.0.0.1:0"), At("http://0.0.0.0:0")] }, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log).AddFilter<ConsoleLoggerProvider>(null, LogLevel.None);
            builder.Services.AddSingleton<TimeProvider>(clock);
            prepare?.Invoke(builder.Services);
        });
        await agent.StartAsync(TestContext.Current.CancellationToken);
        return new AgentServer(agent, clock) { Log = log };
    }

    /// <summary>A listener that serves everything.</summary>
    public static Listener At(string url) => new(new Uri(url));

    /// <summary>Advances the clock until something has come about.</summary>
    public Task UntilAsync(Func<bool> condition, string what = "it has come about") => Eventually.Is(
        () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        what);

    /// <summary>Folds outcomes of a check in, by their letters.</summary>
    public void Record(string name, string outcomes)
    {
        foreach (var outcome in outcomes)
        {
            Record(name, Plans.Outcome(outcome));
        }
    }

    /// <summary>Folds an outcome of a check in, on the loop, which alone writes the store.</summary>
    public void Record(string name, RunRecord outcome)
    {
        var recorded = Services.GetRequiredService<Worker>().OperateAsync(_ =>
        {
            var position = Store.Current.Checks.Select(state => state.Plan.Name).ToList().IndexOf(name);
            Store.Record([new CompletedRun(position, outcome, Span: null)]);
            return OperationAnswer.Done;
        });
        recorded.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("the loop has a turn");
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, Loopback, path, headers);

    public Task<Reply> GetPubliclyAsync(string path) => SendAsync(HttpMethod.Get, Public, path);

    public Task<Reply> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    /// <summary>Sends a request, with a body of JSON if one is given, to the loopback listener.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(Loopback, path));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(request, cancellation);
    }

    /// <summary>The audit events of actions, each with its attributes.</summary>
    public IReadOnlyList<string> Actions() =>
    [
        .. Log.Records.Where(record => record.Id.Name == "health_agent.action")
            .Select(record => string.Join(';', record.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"))),
    ];

    public async Task<Reply> SendAsync(HttpMethod method, Uri listener, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(listener, path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await SendAsync(request, CancellationToken.None);
    }

    private async Task<Reply> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, TestContext.Current.CancellationToken);
        using var response = await _client.SendAsync(request, either.Token);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply(
            (int)response.StatusCode, body,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Sends bytes as they are, to the loopback listener unless another is given, and reads until the agent closes.</summary>
    public async Task<string> SendRawAsync(string request, Uri? listener = null)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Loopback.Host, (listener ?? Loopback).Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        var reading = new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
            return await reading.Ends();
        }
        catch (IOException)
        {
            // It was refused before all of it was sent.
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _agent.StopAsync(TestContext.Current.CancellationToken);
        await _agent.DisposeAsync();
    }
}
