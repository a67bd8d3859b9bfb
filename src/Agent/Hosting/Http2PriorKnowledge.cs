using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthAgent.Agent.Hosting;

/// <summary>
/// HTTP/2 without TLS on the port of HTTP/1.1: a connection that begins with HTTP/2's preface, as gRPC clients send it, is served by
/// HTTP/2, and every other by HTTP/1.1. Without TLS there is no ALPN to choose by, and Kestrel takes a listener of both for HTTP/1.1.
/// </summary>
/// <remarks>
/// Rule: RFC 9113, 3.3 (prior knowledge) and 3.4 (the preface). Kestrel lets a connection choose by a feature of its own, which TLS sets
/// by the name of the host and for which there is no public API; a second endpoint inside the process would show up among the
/// addresses that the agent listens on.
/// </remarks>
internal static class Http2PriorKnowledge
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>
    /// Serves both. A client that sends nothing is cut off like an idle one, and one that stops within the preface like one that stops
    /// within the headers of a request.
    /// </summary>
    /// <param name="listener">A listener without TLS.</param>
    public static void UseHttp2PriorKnowledge(this ListenOptions listener)
    {
        var limits = listener.KestrelServerOptions.Limits;
        var clock = listener.ApplicationServices.GetRequiredService<TimeProvider>();
        listener.Use(next => async connection =>
        {
            if (await IsHttp2Async(connection, limits, clock) is not { } isHttp2)
            {
                return;
            }

            if (isHttp2)
            {
                var protocol = CreateProtocol(HttpProtocols.Http2);
                connection.Features[protocol.GetType()] = protocol;
            }

            await next(connection);
        });
    }

    /// <summary>Whether the client speaks HTTP/2; null when it was too slow or is gone, or when the agent stops.</summary>
    internal static async Task<bool?> IsHttp2Async(ConnectionContext connection, KestrelServerLimits limits, TimeProvider clock)
    {
        using var patience = new CancellationTokenSource(limits.KeepAliveTimeout, clock);
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        await using var stopped = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), patience);
        try
        {
            return await IsHttp2Async(connection.Transport.Input, () => patience.CancelAfter(limits.RequestHeadersTimeout), patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException)
        {
            return null;
        }
    }

    /// <summary>Reads until the preface is complete or different. What was read stays for the protocol.</summary>
    private static async Task<bool> IsHttp2Async(PipeReader input, Action began, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var read = await input.ReadAsync(cancellationToken);
            var length = read.Buffer.Length;
            var isPreface = BeginsPreface(read.Buffer);
            var isDecided = !isPreface || length >= Preface.Length || read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, isDecided ? read.Buffer.Start : read.Buffer.End);
            if (isDecided)
            {
                return isPreface && length >= Preface.Length;
            }

            if (isFirst)
            {
                began();
            }
        }
    }

    private static bool BeginsPreface(ReadOnlySequence<byte> received)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(received.Length, Preface.Length)];
        received.Slice(0, start.Length).CopyTo(start);
        return Preface.StartsWith(start);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(
        "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.HttpProtocolsFeature, Microsoft.AspNetCore.Server.Kestrel.Core")]
    private static extern object CreateProtocol(HttpProtocols protocols);
}
