using System.Net;
using HealthAgent.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthAgent.Endpoints;

/// <summary>The web server: where it listens, and how much it takes from a caller.</summary>
internal static class Listeners
{
    private const int LargestRequestBody = 64 * 1024;

    /// <summary>Listens on the addresses, and on no others that the environment names.</summary>
    public static void AddListeners(this WebApplicationBuilder builder, IReadOnlyList<Uri> addresses)
    {
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequestBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            foreach (var address in addresses)
            {
                Listen(kestrel, address);
            }
        });
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address)
    {
        void Configure(ListenOptions listener)
        {
            if (Access.IsLoopback(address))
            {
                listener.Use(next => connection =>
                {
                    connection.Features.Set(Access.LoopbackListener.Mark);
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
