using System.Net;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// No body, but content headers: <c>Content-Type</c> on a GET, which many gateways want. The HTTP client sends such headers with a
/// content alone, and with one a <c>Content-Length: 0</c> that some servers refuse on a GET; <see cref="DropLength"/> takes that away.
/// </summary>
internal sealed class HeadersOnlyContent : HttpContent
{
    /// <summary>Once the client has decided how the body is framed, and before it writes the headers.</summary>
    public void DropLength() => Headers.ContentLength = null;

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }
}
