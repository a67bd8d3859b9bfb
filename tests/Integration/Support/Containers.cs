using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Configurations;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Support;

/// <summary>Shared by tests with containers.</summary>
internal static class Containers
{
    private const int FirstPort = 20_000, Ports = 12_000;

    // Another run of the tests at the same time begins elsewhere.
    private static int _ports = Environment.ProcessId * 97;

    private static readonly Lazy<bool> Answers = new(() =>
    {
        try
        {
            var endpoint = TestcontainersSettings.OS.DockerEndpointAuthConfig.Endpoint;
            if (endpoint.Scheme != "unix")
            {
                return true;
            }

            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(endpoint.LocalPath));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or NullReferenceException or InvalidOperationException)
        {
            return false;
        }
    });

    /// <summary>Whether a Docker engine can be reached.</summary>
    public static bool EngineAnswers => Answers.Value;

    /// <summary>A Postgres with the user, and the database, <c>agent</c>, on a port of loopback.</summary>
    public static PostgreSqlContainer Postgres(int port, string password = "correct-horse") =>
        new PostgreSqlBuilder(TestEnvironment.PostgresImage).WithUsername("agent").WithPassword(password).WithDatabase("agent")
            .WithPortBinding(port, 5432).Build();

    /// <summary>
    /// A free port that stays so until it is used, and while a server on it is restarted: below those that systems give to outgoing
    /// connections (from 32768 on Linux, 49152 elsewhere), and given to one caller in this process alone.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _ports) % Ports);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
