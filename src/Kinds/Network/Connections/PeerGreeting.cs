namespace HealthAgent.Kinds.Network.Connections;

/// <summary>Which protocol a server speaks, by what it sends first.</summary>
internal static class PeerGreeting
{
    /// <summary>HTTP/2, which some kinds speak.</summary>
    public const string Http2 = "HTTP/2";

    /// <summary>The name of the protocol; null for HTTP/1.1, and for those that are not recognized.</summary>
    public static string? ProtocolOf(ReadOnlySpan<byte> received) => received switch
    {
        [(byte)'H', ..] => null,
        _ when received.StartsWith("SSH-"u8) => "SSH",
        _ when received.StartsWith("AMQP"u8) => "AMQP",
        _ when received.StartsWith("220 "u8) || received.StartsWith("220-"u8) => "SMTP or FTP",
        _ when received.StartsWith("* OK"u8) => "IMAP",
        _ when received.StartsWith("+OK"u8) => "POP3",
        _ when received.StartsWith("-ERR"u8) || received.StartsWith("-NOAUTH"u8) || received.StartsWith("-DENIED"u8) =>
            "the Redis protocol",
        // A frame of settings, in stream 0 (RFC 9113, sections 3.4 and 6.5).
        [0, _, _, 4, _, 0, 0, 0, 0, ..] => Http2,
        // The handshake of version 10, or an error: three bytes of length, the number of the packet, its first byte.
        [_, _, 0, 0, 10 or 255, ..] => "the MySQL protocol",
        _ => null,
    };
}
