using System.Net.Security;
using HealthAgent.Checks;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Security;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Network;

/// <summary>Completes a TLS handshake on a new connection, and closes it.</summary>
internal sealed class TlsCheck(NetworkAddress address, TlsSettings tls, TargetPolicy? policy, TimeProvider clock) : IHealthCheck
{
    private static readonly Setting<NetworkAddress> Address = NetworkSettings.RequiredAddress("address", "`host:port` or `[v6]:port`");

    /// <summary>The kind <c>tls</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "tls",
        Description = "A TLS handshake completes, and the certificate is valid for the host.",
        DefaultTier = Tier.Dependency,
        Example = "address: ldap.internal:636\nwarn: certificate.expiresIn < 14d",
        Values = [.. ConnectionTrace.Phases, ConnectionTrace.CertificateExpiresIn, ConnectionTrace.ChainExpiresIn],
        Settings = [Address, TlsSettings.Tls],
        Target = Address,
        Plan = static context =>
        {
            var (address, tls, policy) = (context.Settings.Get(Address), context.Settings.Get(TlsSettings.Tls), context.Policy);
            return new PlannedCheck(
                services => new TlsCheck(address, tls, policy, services.GetRequiredService<TimeProvider>()), address.Host);
        },
    };

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock, policy);
        return trace.RunAsync(
            async stop =>
            {
                var socket = await trace.ConnectAsync(address.Host, address.Port, stop);
                await using var secured = new SslStream(trace.Open(socket));
                trace.Begin($"performing TLS handshake with {address}");
                await secured.AuthenticateAsClientAsync(trace.TlsOptions(address.Host, tls), stop);
                trace.EndTls(secured);
                if (tls.Files.Certificate is not null || trace.IsAskedForCertificate)
                {
                    // In TLS 1.3 a server refuses a client's certificate, or its absence, after the handshake.
                    trace.Begin($"waiting for {address} to accept the client certificate");
                    await secured.ShutdownAsync();
                    _ = await secured.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop);
                }
            },
            cancellationToken);
    }
}
