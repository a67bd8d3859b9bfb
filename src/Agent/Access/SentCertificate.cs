using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Kinds.Network.Tls;

namespace HealthAgent.Agent.Access;

/// <summary>The certificate that a caller sent when its connection was secured, with the others that it sent along.</summary>
internal sealed class SentCertificate
{
    private static readonly Oid ForClients = new("1.3.6.1.5.5.7.3.2");

    // Building a chain takes a millisecond; within this time neither the authorities nor the calendar change much.
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _others = [];
    private volatile Judged? _judged;

    public SentCertificate(X509Certificate certificate, X509Chain? chain)
    {
        // Those of the handshake are disposed of with it.
        _certificate = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        foreach (var other in chain?.ChainPolicy.ExtraStore ?? [])
        {
            _others.Add(X509CertificateLoader.LoadCertificate(other.RawDataMemory.Span));
        }
    }

    /// <summary>Whom it names.</summary>
    public X500DistinguishedName Subject => _certificate.SubjectName;

    /// <summary>
    /// What is wrong with it, in a few words; null if it is valid now, for clients, and issued by one of the authorities, through those
    /// that were sent with it: nothing is fetched, and no other authority counts.
    /// </summary>
    public string? FindProblem(X509Certificate2Collection authorities, DateTimeOffset now)
    {
        if (_judged is { } judged && ReferenceEquals(judged.Authorities, authorities) && now - judged.At < GoodFor && now >= judged.At)
        {
            return judged.Problem;
        }

        var problem = Judge(authorities, now);
        _judged = new Judged(authorities, now, problem);
        return problem;
    }

    private string? Judge(X509Certificate2Collection authorities, DateTimeOffset now)
    {
        var policy = CertificateChain.Policy();
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(_others);
        policy.ApplicationPolicy.Add(ForClients);
        policy.VerificationTimeIgnored = false;
        policy.VerificationTime = now.UtcDateTime;
        using var chain = new X509Chain { ChainPolicy = policy };
        if (chain.Build(_certificate))
        {
            return null;
        }

        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
        return flags switch
        {
            _ when flags.HasFlag(X509ChainStatusFlags.PartialChain) || flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) =>
                "a certificate that clientAuthority did not issue",
            _ when flags.HasFlag(X509ChainStatusFlags.NotTimeValid) => "a certificate that is expired, or not valid yet",
            _ when flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) => "a certificate that is not for clients",
            _ => "a certificate that is not valid",
        };
    }

    private sealed record Judged(X509Certificate2Collection Authorities, DateTimeOffset At, string? Problem);
}
