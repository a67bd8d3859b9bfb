using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DotNet.Testcontainers.Containers;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Support;

/// <summary>One real counterpart for every kind of check, and checks of them.</summary>
internal sealed class Counterparts : IAsyncDisposable
{
    /// <summary>What the servers want to hear, and what they refuse.</summary>
    public const string Password = "correct-horse", WrongPassword = "wrong-battery-staple";

    private readonly string _folder = TemporaryFolder.Create("counterparts-").FullName;
    private readonly int _postgresPort = Containers.FreePort(), _redisPort = Containers.FreePort();
    private readonly int _rabbitPort = Containers.FreePort(), _daguPort = Containers.FreePort(), _tlsPort = Containers.FreePort();
    private readonly TcpListener _listener = new(IPAddress.Loopback, Containers.FreePort());
    private readonly DaguProgram _dagu;
    private readonly List<IContainer> _containers;
    private readonly WebApplication _web, _secured;
    private readonly X509Certificate2 _certificate = Certificates.SelfSigned(days: 5);
    private GrpcServer? _grpc;
    private int _status = StatusCodes.Status200OK;

    private Counterparts()
    {
        _dagu = new DaguProgram(_folder);
        var (postgres, redis, rabbit) = (TestEnvironment.PostgresImage, TestEnvironment.RedisImage, TestEnvironment.RabbitMqImage);
        _containers =
        [
            new PostgreSqlBuilder(postgres).WithUsername("agent").WithPassword(Password).WithDatabase("agent")
                .WithPortBinding(_postgresPort, 5432).Build(),
            new RedisBuilder(redis).WithCommand("redis-server", "--requirepass", Password).WithPortBinding(_redisPort, 6379).Build(),
            new RabbitMqBuilder(rabbit).WithUsername("agent").WithPassword(Password).WithPortBinding(_rabbitPort, 5672).Build(),
        ];
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _web = builder.Build();
        _web.MapGet("/", context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (_status, "application/json");
            return context.Response.WriteAsync("""{"status":"up"}""");
        });
        builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, _tlsPort, listener => listener.UseHttps(_certificate)));
        builder.Logging.ClearProviders();
        _secured = builder.Build();
        File.WriteAllText(Authority, _certificate.ExportCertificatePem());
    }

    /// <summary>A check of every kind, called like it, and of what round trips there are.</summary>
    public string Checks => $$"""
          - name: http
            kind: http
            url: "{{_web.Urls.Single()}}/"
            expect: [status == 200, json $.status == up, body matches "^.*up.*$"]
          - { name: tcp, kind: tcp, address: "{{_listener.LocalEndpoint}}" }
          - { name: tls, kind: tls, address: "127.0.0.1:{{_tlsPort}}", tls: { ca: "{{Authority}}" }, expect: certificate.expiresIn > 1d }
          - { name: grpc, kind: grpc, address: "{{_grpc!.Address}}", service: orders }
          - name: postgres
            kind: postgres
            connectionString: {{Postgres(Password)}}
            query: select 42
            expect: [value == 42, connections.used < 100%, inRecovery == false]
          - { name: redis, kind: redis, connectionString: "{{Redis(Password)}}" }
          - { name: rabbitmq, kind: rabbitmq, connectionString: "{{Rabbit(Password)}}" }
          - { name: postgres-roundtrip, kind: postgres, connectionString: "{{Postgres(Password)}}", roundTrip: true }
          - { name: redis-roundtrip, kind: redis, connectionString: "{{Redis(Password)}}", roundTrip: true }
          - { name: rabbitmq-roundtrip, kind: rabbitmq, connectionString: "{{Rabbit(Password)}}", roundTrip: true }
          - { name: dagu, kind: dagu, url: "http://127.0.0.1:{{_daguPort}}" }
          - { name: disk, kind: disk, path: "{{Disk}}", expect: [used <= 100%] }
          - { name: memory, kind: memory, expect: [used <= 100%] }
          - { name: self, kind: self }
        """;

    /// <summary>Checks of the servers that ask for a password, with a wrong one.</summary>
    public string Intruders => $$"""
          - { name: postgres-intruder, kind: postgres, connectionString: "{{Postgres(WrongPassword)}}" }
          - { name: redis-intruder, kind: redis, connectionString: "{{Redis(WrongPassword)}}" }
          - { name: rabbitmq-intruder, kind: rabbitmq, connectionString: "{{Rabbit(WrongPassword)}}" }
        """;

    /// <summary>The servers as applications are configured with them, in several ways, since each platform has its own.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
    [
        ("PGHOST", "127.0.0.1"), ("PGPORT", Text(_postgresPort)), ("PGUSER", "agent"), ("PGPASSWORD", Password), ("PGDATABASE", "agent"),
        ("PGSSLMODE", "prefer"), ("DATABASE_URL", Postgres(Password)), ("REDIS_URL", $"redis://:{Password}@127.0.0.1:{_redisPort}/0"),
        ("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", Text(_redisPort)), ("REDIS_PASSWORD", Password), ("AMQP_URL", Rabbit(Password)),
        ("DAGU_HOST", "127.0.0.1"), ("DAGU_PORT", Text(_daguPort)),
    ];

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private string Authority => Path.Combine(_folder, "ca.pem");

    private string Disk => Path.Combine(_folder, "disk");

    public static async Task<Counterparts> StartAsync()
    {
        var counterparts = new Counterparts();
        counterparts._listener.Start();
        Directory.CreateDirectory(counterparts.Disk);
        await counterparts.StartDaguAsync();
        counterparts._grpc = await GrpcServer.StartAsync(["orders"]);
        Task[] servers = [counterparts._web.StartAsync(), counterparts._secured.StartAsync()];
        await Task.WhenAll([.. servers, .. counterparts._containers.Select(container => container.StartAsync())]);
        return counterparts;
    }

    /// <summary>Takes away whatever can be taken away: all but the memory and the agent itself.</summary>
    public async Task BreakAsync()
    {
        _status = StatusCodes.Status500InternalServerError;
        _grpc!.Set("orders", HealthStatus.Unhealthy);
        _listener.Stop();
        await _secured.StopAsync();
        Directory.Delete(Disk);
        await Task.WhenAll(_containers.Select(container => container.StopAsync()));
        await _dagu.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _dagu.DisposeAsync();
        await Task.WhenAll(_containers.Select(container => container.DisposeAsync().AsTask()));
        await _web.DisposeAsync();
        await _secured.DisposeAsync();
        _certificate.Dispose();
        await (_grpc?.DisposeAsync() ?? ValueTask.CompletedTask);
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Postgres(string password) => $"postgres://agent:{password}@127.0.0.1:{_postgresPort}/agent";

    private string Redis(string password) => $"127.0.0.1:{_redisPort},password={password}";

    private string Rabbit(string password) => $"amqp://agent:{password}@127.0.0.1:{_rabbitPort}/";

    private async Task StartDaguAsync()
    {
        await _dagu.WriteAsync("hello", "steps:\n  - name: hello\n    command: \"true\"\n");
        _dagu.Start("server", "--dags", _dagu.Dags, "-s", "127.0.0.1", "-p", _daguPort.ToString(CultureInfo.InvariantCulture));
        _dagu.Start("scheduler", "--dags", _dagu.Dags);
    }
}
