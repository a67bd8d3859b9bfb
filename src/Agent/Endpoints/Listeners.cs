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

        if (address.Host == "localhost" && address.Port != 0)
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, address.Port, Configure);
        }
        else
        {
            kestrel.Listen(address.Host == "localhost" ? IPAddress.Loopback : Dns.GetHostAddresses(address.Host)[0], address.Port, Configure);
        }
    }
}
