using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Agent;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Reload;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace HealthAgent.Unit.Support;

/// <summary>A whole agent on real Kestrel, started from a file in a folder of its own. Its clock is fake.</summary>
internal sealed class AccessAgent : IAsyncDisposable
{
    /// <summary>A check whose name nobody without credentials may learn.</summary>
    public const string Checks = "checks: [{ name: secret-name, kind: memory, interval: 1h, timeout: 1h, group: secret-group }]\n";

    private readonly WebApplication _agent;

    private AccessAgent(WebApplication agent, WatchedFolder folder, LoopClock clock, CapturedLog log) =>
        (_agent, Folder, Clock, Log) = (agent, folder, clock, log);

    public WatchedFolder Folder { get; }

    public LoopClock Clock { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _agent.Services;

    /// <summary>The listeners in the order written, as they are reached from this machine.</summary>
    public IReadOnlyList<Uri> Urls =>
        [.. _agent.Urls.Select(url => ListenAddress.FromHere(new Uri(url)))];

    /// <summary>Starts one.</summary>
    /// <param name="yaml">All of the file but the checks. A port of 0 is a free one.</param>
    /// <param name="files">Further files in the folder, which relative paths start from.</param>
    public static Task<AccessAgent> StartAsync(string yaml, params (string Name, string Text)[] files) => StartAsync(yaml, null, files);

    public static async Task<AccessAgent> StartAsync(string yaml, LoopClock? clock, (string Name, string Text)[] files)
    {
        var folder = new WatchedFolder();
        foreach (var (name, text) in files)
        {
            folder.Write(name, text);
        }

        folder.Write("agent.yaml", yaml + Checks);
        var kinds = new KindIndex(CheckKinds.All);
        var (plan, errors) =
            AgentPlan.Load(kinds, _ => null, new FileSource(new ConfigurationFile(folder["agent.yaml"]), kinds, _ => null));
        errors.ShouldBeEmpty();
        var (log, time) = (new CapturedLog(), clock ?? new LoopClock());
        var agent = Program.Build(plan!, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log).AddFilter<ConsoleLoggerProvider>(null, LogLevel.None);
            builder.Services.AddSingleton<TimeProvider>(time);
        });
        await agent.StartAsync(TestContext.Current.CancellationToken);
        return new AccessAgent(agent, folder, time, log);
    }

    /// <summary>Writes the file again and takes it; what is wrong with it is returned.</summary>
    public async Task<IReadOnlyList<string>> ReloadAsync(string? yaml = null)
    {
        if (yaml is not null)
        {
            Folder.Write("agent.yaml", yaml + Checks);
        }

        return (await Services.GetRequiredService<Reloader>().ReloadAsync(TestContext.Current.CancellationToken)).Errors;
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, 0, headers);

    public Task<Reply> PostAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, 0, headers);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, int listener, (string Name, string Value)[] headers, SslClientAuthenticationOptions? tls = null,
        Version? version = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, SslOptions = tls ?? Trusting(null),
        });
        using var request = new HttpRequestMessage(method, new Uri(Urls[listener], path))
        {
            Version = version ?? new Version(1, 1), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply(
            (int)response.StatusCode, body,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>TLS of a client that takes any certificate of the agent, with one of its own where one is given.</summary>
    public static SslClientAuthenticationOptions Trusting(X509Certificate2? own, Action<X509Certificate2>? seen = null) => new()
    {
        ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
#pragma warning disable CA5359 // What is tested is whom the agent trusts.
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen?.Invoke(new X509Certificate2(certificate!));
            return true;
        },
#pragma warning restore CA5359
    };

    public static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    public async ValueTask DisposeAsync()
    {
        await _agent.StopAsync(TestContext.Current.CancellationToken);
        await _agent.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>The status of a reply, as if the check had passed: whether it has run by then is not what is asked.</summary>
    public static int StatusOf(Reply reply) => reply.Status == 503 ? 200 : reply.Status;
}
