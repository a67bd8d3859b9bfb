using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Unit.Support;

/// <summary>A certificate authority: a root, or an intermediate below one.</summary>
internal sealed class Authority : IDisposable
{
    /// <summary>The usages of a server's and of a client's certificate.</summary>
    public const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(30);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Authority(string name, Authority? issuer = null, TimeSpan? validFor = null, string? fetch = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        AddFetch(request, fetch);
        var end = TimeProvider.System.GetUtcNow() + (validFor ?? TimeSpan.FromDays(365));
        if (issuer is null)
        {
            Certificate = request.CreateSelfSigned(Begin, end);
        }
        else
        {
            using var signed = issuer.Sign(request, end);
            Certificate = signed.CopyWithPrivateKey(_key);
        }
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A certificate of 127.0.0.1 and localhost, or of another name, which names where its issuer could be fetched.</summary>
    public X509Certificate2 Issue(
        TimeSpan? validFor = null, string? name = null, string usage = ForServers, string? fetch = null, TimeSpan? begins = null,
        string subject = "CN=subject")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name ?? "localhost");
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        AddFetch(request, fetch);
        using var signed = Sign(request, TimeProvider.System.GetUtcNow() + (validFor ?? TimeSpan.FromDays(90)), begins);
        using var complete = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(complete.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset end, TimeSpan? begins = null)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var begin = begins is { } wait ? TimeProvider.System.GetUtcNow() + wait : Begin;
        return request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), begin, end, RandomNumberGenerator.GetBytes(8));
    }

    private static void AddFetch(CertificateRequest request, string? url)
    {
        if (url is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [url]));
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url]));
        }
    }
}
