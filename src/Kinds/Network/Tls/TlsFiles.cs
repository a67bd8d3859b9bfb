using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Checks;
using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>Files for TLS, PEM or <c>.pfx</c>, or PEM itself. Read on each connection, so that rotated files take effect.</summary>
/// <param name="Roots">Trusted authorities; null for the system's.</param>
/// <param name="Certificate">The client certificate with its intermediates.</param>
/// <param name="Key">The private key, if in a separate file.</param>
/// <param name="Password">The key's password.</param>
internal sealed record TlsFiles(string? Roots, string? Certificate, string? Key, string? Password = null)
{
    /// <summary>The system's authorities, and no client certificate.</summary>
    public static readonly TlsFiles None = new(null, null, null);

    /// <summary>Used instead of a path for the system's authorities, as in libpq.</summary>
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
            settings.Reject(key, $"not a valid certificate and key: {Names}; use PEM files");
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
            throw new CheckFailedException(ErrorType.Tls, $"not a valid certificate and key: {Names}", inner: e);
        }
    }

    private static bool IsUnusable(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

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
            // Offline: the client's chain is completed from the files only.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                LoadWithKey(Certificate), Load(Certificate), offline: true);
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

        // Windows cannot use ephemeral keys.
        return OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)
            : certificate;
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

    private static bool IsPfx(string path) =>
        !CertificateFile.IsPem(path) && Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";
}
