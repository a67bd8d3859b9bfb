using System.Net;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Http;

namespace HealthAgent.Agent.Commands;

/// <summary>Asks the running agent whether it is alive.</summary>
internal static class Healthcheck
{
    /// <summary>Exit code 0 when <c>/livez</c> answers 200 in time, 1 when it does not.</summary>
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
            Console.Error.WriteLine($"{request.RequestUri} did not answer within {Units.Format(timeout)}");
        }
        catch (Exception e) when (e is HttpRequestException or NotSupportedException or InvalidOperationException)
        {
            Console.Error.WriteLine($"{request.RequestUri} cannot be asked: {Failures.Describe(client.Failed(e))}");
        }

        return ExitCodes.Failure;
    }

    /// <summary>Where the agent listens by its configuration, seen from the same machine.</summary>
    private static Uri? Address(string? config) =>
        LoadedConfiguration.From(config).Plan is { } plan ? ListenAddress.FromHere(plan.Listen[0]) : null;
}
