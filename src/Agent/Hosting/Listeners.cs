using System.Net;
using HealthAgent.Endpoints;
using HealthAgent.Security;
using HealthAgent.State;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthAgent.Agent.Hosting;

/// <summary>Configures the web server: addresses and limits.</summary>
internal static class Listeners
{
    private const int LargestRequestBody = 64 * 1024;

    // Longer than the usual scrape interval of up to a minute, shorter than Kestrel's 130 s.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(75);

    // Kestrel's 64 KiB buffer takes 16 s at this rate; larger responses have their own timeout, see Transfers.
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Listens on the given addresses, ignoring those in the environment.</summary>
    /// <param name="builder">The agent.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="mostConnections">Maximum number of client connections, given the number of concurrent runs.</param>
    public static void AddListeners(this WebApplicationBuilder builder, IReadOnlyList<Uri> addresses, Func<int, int> mostConnections)
    {
        builder.Services.TryAddSingleton(services =>
        {
            var store = services.GetRequiredService<StateStore>();
            return new Connections(() => mostConnections(store.Current.Plan.Concurrency));
        });
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequestBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = LongestIdle;
            kestrel.Limits.MinResponseDataRate = SlowestReader;
            kestrel.Limits.Http2.Bound();
            var connections = kestrel.ApplicationServices.GetRequiredService<Connections>();
            foreach (var address in addresses)
            {
                Listen(kestrel, address, connections);
            }
        });
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address, Connections connections)
    {
        void Configure(ListenOptions listener)
        {
            listener.Use(next => connection => connections.ServeAsync(connection, next));
            if (Access.IsLoopback(address))
            {
                listener.Use(next => connection =>
                {
                    connection.Features.Set(LoopbackTrust.Listener.Mark);
                    return next(connection);
                });
            }

            listener.UseHttp2PriorKnowledge();
        }

        if (!IPAddress.TryParse(address.IdnHost, out var ip))
        {
            // Two families cannot share a dynamic port.
            ip = address.Port == 0 ? IPAddress.Loopback : null;
        }

        if (ip is null)
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else if (ip.Equals(IPAddress.IPv6Any))
        {
            // Both families; IPv4 only on a machine without IPv6.
            kestrel.ListenAnyIP(address.Port, Configure);
        }
        else
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
    }
}
