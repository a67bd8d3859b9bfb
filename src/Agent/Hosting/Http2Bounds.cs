using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthAgent.Agent.Hosting;

/// <summary>What one HTTP/2 connection may take. Requests are small; the one that is long, a gRPC Watch, says little.</summary>
internal static class Http2Bounds
{
    // The least that is recommended, RFC 9113, 6.5.2; a kubelet uses one.
    private const int Streams = 100;

    // Bodies have at most 64 KiB, and most requests none: Kestrel's windows of 768 KiB and 1 MiB would only be room for an attack.
    private const int StreamWindow = 64 * 1024;
    private const int ConnectionWindow = 2 * StreamWindow;

    // As long as one line of a request may be in HTTP/1.1; all headers together have the same limit as there, 32 KiB.
    private const int HeaderField = 8 * 1024;

    // A client that vanished without a word is noticed by this, since a connection with a Watch is not idle.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingAnsweredWithin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Sets them. Kestrel itself closes a connection that resets streams faster than they end, sends headers or empty frames without end,
    /// or reads more slowly than the data rate that holds for HTTP/1.1 too.
    /// </summary>
    public static void Bound(this Http2Limits http2)
    {
        http2.MaxStreamsPerConnection = Streams;
        http2.InitialStreamWindowSize = StreamWindow;
        http2.InitialConnectionWindowSize = ConnectionWindow;
        http2.MaxRequestHeaderFieldSize = HeaderField;
        http2.KeepAlivePingDelay = PingAfter;
        http2.KeepAlivePingTimeout = PingAnsweredWithin;
    }
}
