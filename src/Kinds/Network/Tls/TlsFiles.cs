using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Checks;
using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>
/// The files for TLS: in PEM, or a <c>.pfx</c>, or PEM itself. They are read at each connection, so that renewed ones count.
/// </summary>
/// <param name="Roots">The authorities that may have issued the peer's certificate; null for the system's.</param>
/// <param name="Certificate">The certificate that is shown to the peer, with those between it and its authority.</param>
/// <param name="Key">Its private key, where it is in a file of its own.</param>
/// <param name="Password">The key's password.</param>
internal sealed record TlsFiles(string? Roots, string? Certificate, string? Key, string? Password = null)
{
    /// <summary>The system's authorities, and no client certificate.</summary>
    public static readonly TlsFiles None = new(null, null, null);

    /// <summary>In place of a path, the system's authorities, as libpq has it.</summary>
    public const string System = "system";

    /// <summary>Reads all once, and notes an error about the first that cannot be used.</summary>
    public void Verify(SettingsReader settings, Setting key)
    {
        foreach (var path in All)
        {
            if (path.Length == 0)
            {
                settings.Reject(key, "the path of a file is expected here, or PEM");
                return;
            }

            if (!CertificateFile.IsPem(path) && !RegularFile.IsReadable(path, out var error))
            {
                settings.Reject(key, $"the file '{NameOf(path)}' {error}");
                return;
            }
        }

        try
        {
            Load(new SslClientAuthenticationOptions());
        }
        catch (Exception e) when (IsUnusable(e))
        {
            settings.Reject(key, $"cannot be read as certificates and their key: {Names}; write files in PEM");
        }
    }

    /// <summary>Puts the files into the options of a connection. The policy there may be shared, and is replaced.</summary>
    /// <exception cref="CheckFailedException">They cannot be used any more.</exception>
    public void Apply(SslClientAuthenticationOptions options)
    {
        try
        {
            Load(options);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new CheckFailedException(ErrorType.Tls, $"cannot be read as certificates and their key: {Names}", inner: e);
        }
    }

    private static bool IsUnusable(Exception e) => e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private static string NameOf(string path) => CertificateFile.IsPem(path) ? "PEM" : Path.GetFullPath(path);

    private IEnumerable<string> All => ((string?[])[Roots, Certificate, Key]).OfType<string>();

    private string Names => string.Join(", ", All.Select(NameOf));

    private void Load(SslClientAuthenticationOptions options)
    {
        if (Roots is not null)
        {
            var policy = options.CertificateChainPolicy?.Clone() ?? CertificateChain.Policy();
            var roots = Load(Roots);
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
            policy.ExtraStore.AddRange(roots);
            options.CertificateChainPolicy = policy;
        }

        if (Certificate is not null)
        {
            // Offline: the chain that is shown to the peer is completed from the files alone.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(LoadWithKey(Certificate), Load(Certificate), offline: true);
            options.LocalCertificateSelectionCallback = null;
        }
    }

    private X509Certificate2 LoadWithKey(string path)
    {
        if (IsPfx(path))
        {
            return X509CertificateLoader.LoadPkcs12(CertificateFile.Bytes(path), Password);
        }

        var certificate = CertificateFile.WithKey(path, Key, Password);

        // Windows uses no key that exists in memory alone.
        return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) : certificate;
    }

    private X509Certificate2Collection Load(string path)
    {
        if (IsPfx(path))
        {
            return X509CertificateLoader.LoadPkcs12Collection(CertificateFile.Bytes(path), Password);
        }

        var certificates = CertificateFile.Certificates(path);
        return certificates.Count > 0 ? certificates : [X509CertificateLoader.LoadCertificate(CertificateFile.Bytes(path))];
    }

    private static bool IsPfx(string path) => !CertificateFile.IsPem(path) && Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";
}
