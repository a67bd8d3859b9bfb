using HealthAgent.Explanation;

namespace HealthAgent.Operations;

/// <summary>What helps against the problems of a certificate.</summary>
internal static class CertificateHints
{
    /// <summary>A hint for each problem of the latest certificate that was rejected.</summary>
    public static IEnumerable<string> For(FailedRun run)
    {
        if (run.Did.Handshakes.LastOrDefault(static it => !it.IsAccepted) is not { Chain: [var peer, ..] chain } handshake)
        {
            yield break;
        }

        var problems = string.Join("; ", handshake.Problems);
        bool Has(string words) => problems.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (Has("expired"))
        {
            yield return "renew the certificate that has expired, and reload the server";
        }

        if (Has("not valid before"))
        {
            yield return "the certificate is not valid yet: it was deployed too early, or the clock of this machine is behind";
        }

        if (Has("hostname mismatch"))
        {
            yield return peer.Names.Count > 0
                ? $"the certificate is for {string.Join(", ", peer.Names)}, not for {handshake.ServerName}: use a name that it is for, "
                    + "or set tls.serverName, or let a certificate for this name be issued"
                : $"the certificate of {peer.Subject} names no host (it has no subject alternative name, and the common name does not "
                    + $"count): let one for {handshake.ServerName} be issued";
        }

        if (Has("not for server authentication"))
        {
            yield return "the certificate was issued for another use, such as for clients: let one for servers be issued (extended "
                + "key usage serverAuth), or see whether the server was given the wrong file";
        }

        if (peer.Subject == peer.Issuer && (Has("self-signed") || Has("root") || Has("issuer")))
        {
            yield return "the certificate is self-signed: if that is meant, name it in tls.ca";
        }
        else if (Has("unable to get issuer"))
        {
            yield return Untrusted(chain);
        }
        else if (Has("root"))
        {
            yield return $"nobody here trusts {chain[^1].Issuer}: name that authority in tls.ca";
        }
    }

    private static string Untrusted(IReadOnlyList<ExplainedCertificate> chain)
    {
        var sent = chain.Count(static it => it.IsSent);
        return $"{chain[^1].Issuer} is neither known here nor sent by the server, which sends {sent} of its chain: if it is an authority "
            + "of your own, name it in tls.ca; if it is an intermediate, let the server send its certificate too";
    }
}
