using System.Net;

namespace HealthAgent.Kinds.Network.Bodies;

/// <summary>
/// Content headers without a body: many gateways require <c>Content-Type</c> on a GET. <see cref="HttpClient"/> sends content headers only
/// with content, and then <c>Content-Length: 0</c>, which some servers reject on a GET; <see cref="DropLength"/> removes it.
/// </summary>
internal sealed class HeadersOnlyContent : HttpContent
{
    /// <summary>Call after the client has chosen the framing and before it writes headers.</summary>
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
