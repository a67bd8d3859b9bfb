using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Unit.Support;

/// <summary>The private keys of test certificates.</summary>
internal static class CertificateKeys
{
    /// <summary>The key in PEM.</summary>
    public static string GetECDsaPrivateKeyPem(this X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }
}
