using System.Net;
using HealthAgent.Endpoints;
using HealthAgent.Security;
using HealthAgent.State;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthAgent.Agent.Hosting;

/// <summary>The web server: where it listens, and how much it takes from a caller.</summary>
internal static class Listeners
{
    private const int LargestRequestBody = 64 * 1024;

    // Longer than the minute that scrapes are apart at the most, and shorter than Kestrel's 130 s.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(75);

    // Kestrel's buffer of 64 KiB takes 16 s at this rate; what is larger has a time of its own, see Transfers.
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Listens on the addresses, and on no others that the environment names.</summary>
    /// <param name="builder">The agent.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="mostConnections">How many connections of callers there may be beside so many runs.</param>
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
        }

        if (!IPAddress.TryParse(address.IdnHost, out var ip))
        {
            // Both families cannot be given one port that nobody has chosen.
            ip = address.Port == 0 ? IPAddress.Loopback : null;
        }

        if (ip is null)
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else if (ip.Equals(IPAddress.IPv6Any))
        {
            // Both families, and IPv4 alone on a machine without IPv6.
            kestrel.ListenAnyIP(address.Port, Configure);
        }
        else
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
    }
}
