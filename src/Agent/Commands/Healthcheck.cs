using System.Net;
using HealthAgent.Agent.Hosting;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;

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

        // On this machine, the certificate is hardly one for 127.0.0.1, and nothing is sent that somebody else must not see.
        var tls = new TlsSettings { SkipVerify = url is null || Loopback.Is(url) };

        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var client = new HttpConnections(new HttpConnectionOptions { Tls = tls }, TimeProvider.System);
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

    /// <summary>
    /// The first listener that serves probes, one without TLS before others, as reachable from this machine; null, with the reason printed.
    /// </summary>
    private static Uri? Address(string? config)
    {
        if (LoadedConfiguration.From(config).Plan is not { } plan)
        {
            return null;
        }

        var probed = plan.Listen.Where(listener => listener.Serve.HasFlag(Surface.Probes)).OrderBy(listener => listener.Tls is not null);
        if (probed.FirstOrDefault() is { } listener)
        {
            return ListenAddress.FromHere(listener.Url);
        }

        Console.Error.WriteLine("no listener serves probes; add 'probes' to 'serve' of one in agent.listen, or give --url");
        return null;
    }
}
