using System.Globalization;
using HealthAgent.Kinds.Network.Http;

namespace HealthAgent.Kinds.Network.Grpc;

/// <summary>Sends the requests of gRPC's client over the traced connections of a run, with the metadata of the check.</summary>
/// <param name="connections">The connections.</param>
/// <param name="headers">The metadata.</param>
/// <param name="timeout">How long the server may take: it can stop when the run does.</param>
internal sealed class GrpcRequests(
    HttpConnections connections, IReadOnlyList<KeyValuePair<string, string>> headers, TimeSpan timeout) : HttpMessageHandler
{
    private const string Agent = "User-Agent";

    // The longest that the header can say is eight digits.
    private const long LongestTimeout = 99_999_999;

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryGetValues(Agent, out var client);
        Set(request, Agent, $"health-agent {string.Join(' ', client ?? [])}".TrimEnd());
        var milliseconds = Math.Clamp((long)timeout.TotalMilliseconds, 1, LongestTimeout);
        Set(request, "grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m"));
        foreach (var (name, value) in headers)
        {
            Set(request, name, value);
        }

        return connections.SendAsync(request, cancellationToken);
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
