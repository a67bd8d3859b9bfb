using System.Net;
using System.Net.Sockets;
using DotNet.Testcontainers.Configurations;

namespace HealthAgent.Integration.Support;

/// <summary>Shared by tests with containers.</summary>
internal static class Containers
{
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

    /// <summary>A free port: only an explicit port survives stopping and starting a container.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
