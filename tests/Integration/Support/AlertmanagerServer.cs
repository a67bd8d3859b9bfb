using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Integration.Support;

/// <summary>
/// A real Alertmanager on loopback, as deployed but faster (<see cref="DeployedFile"/>): its receivers are webhooks in this process that
/// keep what they receive.
/// </summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    private readonly string _folder = TemporaryFolder.Create("alertmanager-").FullName;
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<Message> _messages = new();
    private readonly ChildProcess _process;
    private readonly WebApplication _webhook;

    private AlertmanagerServer(string binary, WebApplication webhook)
    {
        _webhook = webhook;
        var file = new DeployedFile("alertmanager.yml");
        foreach (var receiver in new[] { "nobody", "page", "ticket" })
        {
            file.With($"- name: {receiver}\n",
                $"- name: {receiver}\n    webhook_configs: [{{ url: '{webhook.Urls.Single()}/{receiver}' }}]\n");
        }

        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Containers.FreePort()}");
        _process = ChildProcess.Start(binary,
        [
            $"--config.file={file.WriteTo(_folder)}", $"--storage.path={_folder}/data", $"--web.listen-address={Address}",
            "--cluster.listen-address=", "--log.level=warn",
        ], _folder);
    }

    /// <summary>Alertmanager's amtool.</summary>
    public static string Amtool
    {
        get
        {
            _ = TestEnvironment.Alertmanager;
            return Environment.GetEnvironmentVariable("HEALTH_AGENT_TEST_AMTOOL") is { Length: > 0 } tool ? tool : "amtool";
        }
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>The notifications, in order.</summary>
    public IReadOnlyList<Message> Messages => [.. _messages];

    /// <summary>Starts it and waits until it accepts alerts: Prometheus resends a rejected one only after a minute.</summary>
    public static async Task<AlertmanagerServer> StartAsync()
    {
        var binary = TestEnvironment.Alertmanager;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var webhook = builder.Build();
        AlertmanagerServer? server = null;
        webhook.MapPost("/{receiver}", (string receiver, JsonElement body) => server!._messages.Enqueue(Message.Read(receiver, body)));
        await webhook.StartAsync();
        server = new AlertmanagerServer(binary, webhook);
        await Eventually.TrueAsync(server.IsReadyAsync, ready => ready, "Alertmanager is ready");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _webhook.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://{Address}/-/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>One notification with its alerts.</summary>
    public sealed record Message(string Receiver, string Status, IReadOnlyList<Alert> Alerts)
    {
        public static Message Read(string receiver, JsonElement body) =>
            new(receiver, body.GetProperty("status").GetString()!, [.. body.GetProperty("alerts").EnumerateArray().Select(Alert.Read)]);

        public override string ToString() => $"{Status} to {Receiver}: {string.Join("; ", Alerts)}";
    }

    /// <summary>One alert of a notification.</summary>
    public sealed record Alert(string Status, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
    {
        public static Alert Read(JsonElement alert) =>
            new(alert.GetProperty("status").GetString()!, Texts(alert, "labels"), Texts(alert, "annotations"));

        public override string ToString() => $"{Status} {string.Join(", ", Labels)}";

        private static Dictionary<string, string> Texts(JsonElement alert, string property) =>
            alert.GetProperty(property).EnumerateObject()
                .ToDictionary(text => text.Name, text => text.Value.GetString()!, StringComparer.Ordinal);
    }
}
