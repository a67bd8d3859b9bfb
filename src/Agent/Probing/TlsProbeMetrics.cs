using System.Net;
using HealthAgent.Explanation;

namespace HealthAgent.Agent.Probing;

/// <summary>What a TLS handshake showed, under the names that blackbox_exporter has for it.</summary>
internal static class TlsProbeMetrics
{
    // The zero of Go's time, which stands for a chain that was not verified.
    private const long Unverified = -62_135_596_800;

    /// <summary>The metrics of a handshake.</summary>
    public static IEnumerable<GaugeFamily> Of(TlsHandshake handshake) =>
    [
        .. OfConnection(handshake),
        new(
            "probe_ssl_last_chain_expiry_timestamp_seconds",
            "When the verified chain expires, in unix time.",
            handshake.Problems.Count > 0 ? Unverified : handshake.Chain.Min(static one => one.NotAfter).ToUnixTimeSeconds()),
        new("probe_tls_cipher_info", "The cipher suite.", new GaugeSample(1, ("cipher", handshake.Cipher ?? "unknown"))),
    ];

    /// <summary>Those of them that every prober has.</summary>
    public static IEnumerable<GaugeFamily> OfConnection(TlsHandshake handshake)
    {
        var leaf = handshake.Chain[0];
        yield return new(
            "probe_ssl_earliest_cert_expiry",
            "When the first of the certificates expires that the server sent, in unix time.",
            handshake.Chain.Where(static one => one.IsSent).Min(static one => one.NotAfter).ToUnixTimeSeconds());
        yield return new(
            "probe_ssl_last_chain_info",
            "The certificate of the server.",
            new GaugeSample(
                1,
                ("fingerprint_sha256", leaf.Fingerprint),
                ("issuer", leaf.Issuer),
                ("serialnumber", leaf.SerialNumber),
                ("subject", leaf.Subject),
                ("subjectalternative", string.Join(",", leaf.Names.Where(static name => !IPAddress.TryParse(name, out _))))));
        yield return new(
            "probe_tls_version_info", "The version of TLS.", new GaugeSample(1, ("version", handshake.Protocol ?? "unknown")));
    }
}
