using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Unit.Support;

/// <summary>Certificates that nobody vouches for.</summary>
internal static class Certificates
{
    /// <summary>One for 127.0.0.1 or another name, valid from a day ago until then; dates before now make it expired.</summary>
    public static X509Certificate2 SelfSigned(TimeSpan validFor, string? name = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=subject", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now - TimeSpan.FromDays(30), now + validFor);
    }
}
