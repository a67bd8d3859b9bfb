using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Probing;

/// <summary>A real blackbox_exporter on loopback, with the modules that tests compare.</summary>
internal sealed class BlackboxExporter : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _process;

    private BlackboxExporter(string folder, ChildProcess process, string address)
    {
        (_folder, _process) = (folder, process);
        Client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
    }

    public HttpClient Client { get; }

    public static async Task<BlackboxExporter> StartAsync()
    {
        var program = TestEnvironment.BlackboxExporter;
        var folder = TemporaryFolder.Create("blackbox-").FullName;
        var file = Path.Combine(folder, "blackbox.yml");
        await File.WriteAllTextAsync(file, """
            modules:
              http_2xx: { prober: http, http: { preferred_ip_protocol: ip4 } }
              http_still: { prober: http, http: { preferred_ip_protocol: ip4, follow_redirects: false } }
              http_insecure:
                prober: http
                http: { preferred_ip_protocol: ip4, enable_http2: false, tls_config: { insecure_skip_verify: true } }
              http_text: { prober: http, http: { preferred_ip_protocol: ip4, fail_if_body_not_matches_regexp: [nowhere] } }
              http_post: { prober: http, http: { preferred_ip_protocol: ip4, method: POST, body: hello } }
              tcp_connect: { prober: tcp, tcp: { preferred_ip_protocol: ip4 } }
              grpc_any: { prober: grpc, grpc: { preferred_ip_protocol: ip4 } }
              grpc_orders: { prober: grpc, grpc: { preferred_ip_protocol: ip4, service: orders } }
              grpc_ordres: { prober: grpc, grpc: { preferred_ip_protocol: ip4, service: ordres } }
              grpc_verified: { prober: grpc, grpc: { preferred_ip_protocol: ip4, tls: true } }
              grpc_insecure:
                prober: grpc
                grpc:
                  { preferred_ip_protocol: ip4, service: orders, tls: true, tls_config: { insecure_skip_verify: true },
                    metadata: { authorization: [Bearer correct-horse] } }
            """);
        var address = $"127.0.0.1:{Containers.FreePort()}";
        var exporter = new BlackboxExporter(
            folder, ChildProcess.Start(program, [$"--config.file={file}", $"--web.listen-address={address}"], folder), address);
        await Eventually.TrueAsync(exporter.AnswersAsync, static answers => answers, "blackbox_exporter answers");
        return exporter;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri("/-/healthy", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
