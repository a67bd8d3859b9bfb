using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Grpc;

/// <summary>gRPC's client for Node.js, asking one address for its health.</summary>
/// <param name="address">Host and port.</param>
/// <param name="authority">The file in PEM of what the server's certificate is verified by; null to speak without TLS.</param>
internal sealed class NodeGrpcClient(string address, string? authority)
{
    /// <summary>What the server answers: each message on a line, and what it ended with where that is not OK.</summary>
    public async Task<string> AskAsync(string method, string service = "", string? token = null)
    {
        await using var call = Start(method, service, token);
        (await call.ExitAsync()).ShouldBe(0, call.Output);
        return call.Output;
    }

    /// <summary>Starts a call that prints messages as they come.</summary>
    public ChildProcess Watch(string service, string? token = null) => Start("watch", service, token);

    private ChildProcess Start(string method, string service, string? token) => ChildProcess.Start(
        "node",
        [
            // It names an address in the handshake, which Node.js warns of.
            "--no-deprecation",
            Repository.PathOf("tests/grpc/health.js"), method, address, $"--service={service}",
            .. token is null ? Array.Empty<string>() : [$"--token={token}"],
            .. authority is null ? Array.Empty<string>() : [$"--ca={authority}"],
        ]);
}
