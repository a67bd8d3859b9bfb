using System.Net;
using HealthAgent.Endpoints;
using HealthAgent.Planning;
using HealthAgent.State;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
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

    /// <summary>Listens on the addresses of the plan, ignoring those in the environment.</summary>
    /// <param name="builder">The agent.</param>
    /// <param name="mostConnections">Maximum number of client connections, given the number of concurrent runs.</param>
    public static void AddListeners(this WebApplicationBuilder builder, Func<int, int> mostConnections)
    {
        builder.Services.TryAddSingleton(services =>
        {
            var store = services.GetRequiredService<StateStore>();
            return new Connections(() => mostConnections(store.Current.Plan.Concurrency));
        });
        builder.Services.AddSingleton<IConnectionListenerFactory, BoundedTransport>();
        builder.Services.AddSingleton<BoundListeners>();
        builder.Services.AddSingleton<IPlanListener>(static services => services.GetRequiredService<BoundListeners>());
        builder.Services.AddSingleton<MatcherPolicy, ServedRoutes>();
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
            foreach (var listener in kestrel.ApplicationServices.GetRequiredService<BoundListeners>().All)
            {
                Listen(kestrel, listener, connections);
            }
        });
    }

    private static void Listen(KestrelServerOptions kestrel, BoundListener bound, Connections connections)
    {
        void Configure(ListenOptions listener)
        {
            listener.Use(next => connection => connections.ServeAsync(connection, next));
            listener.Use(next => connection =>
            {
                connection.Features.Set(bound);
                return next(connection);
            });
            if (bound.Written.Tls is not null)
            {
                listener.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = context => ValueTask.FromResult(bound.OptionsFor(context.Connection)),
                });
            }
            else
            {
                listener.UseHttp2PriorKnowledge();
            }
        }

        var address = bound.Written.Url;
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
