using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Files;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Tls;
using HealthAgent.Settings;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>The settings of kind <c>postgres</c>, resolved.</summary>
internal sealed record PostgresSettings
{
    /// <summary>The settings of the kind.</summary>
    public static readonly IReadOnlyList<Setting> All =
        [PostgresConnectionString.Key, SqlValues.Query, PostgresRoundTrip.Key, TlsSettings.Tls];

    /// <summary>In the driver's form, with what a check needs of a connection, but without a server.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The servers, in order.</summary>
    public required IReadOnlyList<NetworkAddress> Servers { get; init; }

    /// <summary>Which of the servers will do, as <c>target_session_attrs</c>.</summary>
    public string? SessionAttributes { get; init; }

    /// <summary>How certificates are verified; below <see cref="SslMode.VerifyCA"/> any is accepted.</summary>
    public SslMode SslMode { get; init; }

    /// <summary>Whether it is asked if the server's certificate was revoked.</summary>
    public bool ChecksRevocation { get; init; }

    /// <summary>How the connection is secured; whether certificates are verified is in <see cref="SslMode"/>.</summary>
    public required TlsSettings Security { get; init; }

    /// <summary>What is asked, if anything.</summary>
    public string? Query { get; init; }

    /// <summary>What is sent beside the statement, as its parameters by position.</summary>
    public IReadOnlyList<CapturedValue> Parameters { get; init; } = [];

    /// <summary>What is written and read back; null for nothing.</summary>
    public PostgresRoundTrip? RoundTrip { get; init; }

    /// <summary>Whether the sessions are counted.</summary>
    public bool NeedsConnections { get; init; }

    /// <summary>Whether it must be known if the server is a standby.</summary>
    public bool NeedsRecovery { get; init; }

    /// <summary>
    /// One server at one of its addresses, for checks with a deadline. The driver's limits, in whole seconds, lie behind it:
    /// they end what does not heed the token, such as a login that is never answered, for which it allows 1024.
    /// </summary>
    public NpgsqlDataSource ToDataSource(NetworkAddress server, string address, SslMode mode, TimeSpan deadline, TlsTrace tls)
    {
        var limit = (int)Math.Ceiling(deadline.TotalSeconds) + 1;
        var source = new NpgsqlSlimDataSourceBuilder(ConnectionString) { Name = server.ToString() };
        var connection = source.ConnectionStringBuilder;
        (connection.Host, connection.Port) = (address, server.Port);
        (connection.Timeout, connection.CommandTimeout) = (Math.Min(limit, 1024), limit);

        // A server that does not answer will not answer the request to cancel either.
        connection.CancellationTimeout = -1;

        // The driver would not let its verification be replaced; it is asked for TLS, and given what to verify.
        connection.SslMode = mode >= SslMode.VerifyCA ? SslMode.Require : mode;
        source.EnableTransportSecurity();
        source.UseSslClientAuthenticationOptionsCallback(options => Secure(options, server, tls));

        // All is read as text; the types of a database would be loaded by every run.
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        source.ConfigureTracing(
            tracing => tracing.ConfigureCommandEnrichmentCallback((span, _) => span.SetTag("server.address", server.Host)));
        return source.Build();
    }

    /// <summary>Reads what the operator wrote.</summary>
    public static PostgresSettings Read(PlanContext context)
    {
        var (settings, conditions) = (context.Settings, context.Conditions);
        var query = settings.Get(SqlValues.Query);
        if (!settings.Has(SqlValues.Query) && (conditions.Use("value") || conditions.Use("text")))
        {
            settings.Reject(SqlValues.Query, "a condition speaks of what a query returns, but no 'query' is written");
        }

        var (connection, servers) = PostgresConnectionString.Read(settings);
        var isModeWritten = connection.ShouldSerialize("SSL Mode");
        var postgres = Of(connection, servers) with
        {
            Query = query,
            Parameters = settings.Captured(SqlValues.Query),
            RoundTrip = settings.Get(PostgresRoundTrip.Key),
            NeedsConnections =
                conditions.Use("connections.open") || conditions.Use("connections.max") || conditions.Use("connections.used"),
            NeedsRecovery = conditions.Use("inRecovery"),
        };
        if (connection.GssEncryptionMode == GssEncryptionMode.Require)
        {
            settings.Reject(PostgresConnectionString.Key, "encryption by GSS is not supported");
        }

        if (connection.Passfile is { Length: > 0 } passwords && !RegularFile.IsReadable(passwords, out var misfit))
        {
            settings.Reject(PostgresConnectionString.Key, $"the file '{Path.GetFullPath(passwords)}' {misfit}");
        }

        if (servers.Count > 0)
        {
            postgres.Verify(settings);
        }

        return settings.Has(TlsSettings.Tls) ? postgres.SecuredBy(settings.Get(TlsSettings.Tls), settings, isModeWritten) : postgres;
    }

    private static PostgresSettings Of(NpgsqlConnectionStringBuilder connection, IReadOnlyList<NetworkAddress> servers)
    {
        var files = new TlsFiles(connection.RootCertificate, connection.SslCertificate, connection.SslKey, connection.SslPassword);
        var (mode, attributes) = (connection.SslMode, connection.TargetSessionAttributes);
        var (isVerified, revocation) = (mode >= SslMode.VerifyCA, connection.CheckCertificateRevocation);
        (connection.RootCertificate, connection.SslCertificate, connection.SslKey, connection.SslPassword) = (null, null, null, null);
        connection.TargetSessionAttributes = null;
        (connection.Pooling, connection.Multiplexing, connection.Enlist, connection.LoadBalanceHosts) = (false, false, false, false);
        (connection.PersistSecurityInfo, connection.CheckCertificateRevocation) = (false, false);
        (connection.Encoding, connection.ClientEncoding) = ("UTF8", null);
        connection.ApplicationName ??= "health-agent";
        if (!connection.ShouldSerialize("GSS Encryption Mode"))
        {
            connection.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        return new PostgresSettings
        {
            ConnectionString = connection.ConnectionString,
            Servers = servers,
            SessionAttributes = attributes,
            SslMode = mode,
            ChecksRevocation = revocation,
            Security = new TlsSettings
            {
                Files = files with
                {
                    Roots = isVerified && files.Roots != TlsFiles.System
                        ? files.Roots ?? PostgresConnectionString.DefaultRoots()
                        : null,
                },
            },
        };
    }

    /// <summary>With <c>tls</c>, the connection is secured as that means in all kinds, whatever the driver's default is.</summary>
    private PostgresSettings SecuredBy(TlsSettings tls, SettingsReader settings, bool isModeWritten)
    {
        var mode = tls.SkipVerify ? SslMode.Require : SslMode.VerifyFull;
        if (isModeWritten && SslMode != mode)
        {
            settings.Reject(TlsSettings.Tls, "the connection string has another sslmode; leave that out, or write all of TLS there");
        }

        return this with { SslMode = mode, Security = tls.Over(Security) };
    }

    /// <summary>Refuses what the driver would, without a connection, and files that cannot be read.</summary>
    private void Verify(SettingsReader settings)
    {
        Security.Files.Verify(settings, PostgresConnectionString.Key);
        try
        {
            var tls = new TlsTrace((_, _) => { }, TimeProvider.System);
            using var source = ToDataSource(Servers[0], Servers[0].Host, SslMode, TimeSpan.FromSeconds(1), tls);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            settings.Reject(PostgresConnectionString.Key, $"the driver refuses it: {e.Message}");
        }
    }

    private void Secure(SslClientAuthenticationOptions options, NetworkAddress server, TlsTrace tls)
    {
        var secured = tls.Options(server.Host, Security with { SkipVerify = SslMode < SslMode.VerifyCA });
        options.TargetHost = secured.TargetHost;
        options.AllowTlsResume = secured.AllowTlsResume;
        options.CertificateChainPolicy = secured.CertificateChainPolicy;
        options.EnabledSslProtocols = secured.EnabledSslProtocols;
        options.ClientCertificateContext = secured.ClientCertificateContext;
        options.LocalCertificateSelectionCallback = secured.LocalCertificateSelectionCallback;
        options.RemoteCertificateValidationCallback = SslMode != SslMode.VerifyCA
            ? secured.RemoteCertificateValidationCallback
            : (sender, certificate, chain, problems) => secured.RemoteCertificateValidationCallback!(
                sender, certificate, chain, problems & ~SslPolicyErrors.RemoteCertificateNameMismatch);
        if (ChecksRevocation)
        {
            options.CertificateChainPolicy = options.CertificateChainPolicy?.Clone() ?? CertificateChain.Policy();
            options.CertificateChainPolicy.RevocationMode = X509RevocationMode.Online;
        }
    }
}
