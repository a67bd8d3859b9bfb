using System.Net;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Http;

namespace HealthAgent.Agent.Commands;

/// <summary>Queries the liveness of the running agent.</summary>
internal static class Healthcheck
{
    /// <summary>Exit code 0 if <c>/livez</c> returns 200 in time, else 1.</summary>
    public static async Task<int> RunAsync(Uri? url, string? config, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if ((url ?? Address(config)) is not { } address)
        {
            return ExitCodes.Failure;
        }

        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var client = new HttpConnections(new HttpConnectionOptions(), TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/livez"));
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            Console.WriteLine(text.TrimEnd());
            return response.StatusCode == HttpStatusCode.OK ? ExitCodes.Ok : ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"{request.RequestUri} timed out after {Units.Format(timeout)}");
        }
        catch (Exception e) when (e is HttpRequestException or NotSupportedException or InvalidOperationException)
        {
            Console.Error.WriteLine($"{request.RequestUri} failed: {Failures.Describe(client.Failed(e))}");
        }

        return ExitCodes.Failure;
    }

    /// <summary>The configured listen address, as reachable from this machine.</summary>
    private static Uri? Address(string? config) =>
        LoadedConfiguration.From(config).Plan is { } plan ? ListenAddress.FromHere(plan.Listen[0]) : null;
}
