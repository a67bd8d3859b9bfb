using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Checks;

public sealed class FailuresTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly (Exception Exception, ErrorType Meaning)[] Meanings =
    [
        (new SocketException((int)SocketError.ConnectionRefused), ErrorType.ConnectionRefused),
        (new SocketException((int)SocketError.ConnectionReset), ErrorType.ConnectionReset),
        (new SocketException((int)SocketError.HostNotFound), ErrorType.Dns),
        (new SocketException((int)SocketError.TryAgain), ErrorType.Dns),
        (new SocketException((int)SocketError.TimedOut), ErrorType.Timeout),
        (new SocketException((int)SocketError.NetworkUnreachable), ErrorType.ConnectionFailed),
        (new SocketException((int)SocketError.HostUnreachable), ErrorType.ConnectionFailed),
        (new SocketException((int)SocketError.TooManyOpenSockets), ErrorType.ResourceExhausted),
        (new IOException("wrapped", new SocketException((int)SocketError.ConnectionReset)), ErrorType.ConnectionReset),
        (new HttpRequestException("wrapped", new SocketException((int)SocketError.ConnectionRefused)), ErrorType.ConnectionRefused),
        (new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException("y")), ErrorType.Tls),
        (new HttpRequestException(HttpRequestError.SecureConnectionError, "x", new AuthenticationException(
            "The remote certificate is invalid because of errors in the certificate chain: PartialChain")), ErrorType.CertificateInvalid),
        (new HttpRequestException(HttpRequestError.NameResolutionError), ErrorType.Dns),
        (new HttpRequestException(HttpRequestError.InvalidResponse), ErrorType.Protocol),
        (new HttpRequestException(HttpRequestError.ResponseEnded), ErrorType.ConnectionReset),
        (new TaskCanceledException("late", new SocketException((int)SocketError.ConnectionReset)), ErrorType.Timeout),
        (new TimeoutException(), ErrorType.Timeout),
        (new JsonException(), ErrorType.Protocol),
        (new FormatException(), ErrorType.Protocol),
        (new EndOfStreamException(), ErrorType.ConnectionReset),
        (new FileNotFoundException(), ErrorType.NotFound),
        (new DirectoryNotFoundException(), ErrorType.NotFound),
        (new UnauthorizedAccessException(), ErrorType.Authorization),
        (new CheckFailedException(ErrorType.MissedHeartbeat, "x", inner: new TimeoutException()), ErrorType.MissedHeartbeat),
        (new AggregateException(new TimeoutException()), ErrorType.Timeout),
        (new InvalidOperationException("a fault"), ErrorType.Internal),
        (new IOException("anything"), ErrorType.Internal),
    ];

    [Fact]
    public void Exceptions_OfKnownTypes_HaveTheirMeaning()
    {
        foreach (var (exception, meaning) in Meanings)
        {
            Classify(exception).ShouldBe(meaning, exception.ToString());
        }
    }

    [Fact]
    public void Meaning_ThatTheKindKnows_ComesFirstHoweverDeep()
    {
        var exception =
            new HttpRequestException("outer", new SocketException((int)SocketError.ConnectionRefused), HttpStatusCode.BadGateway);
        Failures.Classify(exception, cause => cause is SocketException ? ErrorType.Authentication : null)
            .ShouldBe(ErrorType.Authentication);
    }

    [Fact]
    public void Description_OfAChain_IsTheInnermost()
    {
        Failures.Describe(new IOException("outer", new IOException("middle", new IOException("inner")))).ShouldBe("inner");
        Failures.Describe(new CheckFailedException(ErrorType.Tls, "said", inner: new IOException("inner"))).ShouldBe("said");
    }

    [Fact]
    public async Task Socket_ThatIsRefused_IsConnectionRefused()
    {
        using var refusing = TcpTarget.Refusing(out var port);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var exception = await Should.ThrowAsync<SocketException>(async () => await socket.ConnectAsync(IPAddress.Loopback, port, Cancel));
        Classify(exception).ShouldBe(ErrorType.ConnectionRefused);
    }

    [Fact]
    public async Task Socket_ThatIsResetWhileReading_IsConnectionReset()
    {
        await using var target = TcpTarget.Resetting();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, target.Port, Cancel);
        await client.GetStream().WriteAsync("\r\n\r\n"u8.ToArray(), Cancel);
        var exception = await Should.ThrowAsync<IOException>(async () => await client.GetStream().ReadExactlyAsync(new byte[1], Cancel));
        Classify(exception).ShouldBe(ErrorType.ConnectionReset);
    }

    [Fact]
    public async Task Name_ThatDoesNotResolve_IsDns()
    {
        var exception = await Should.ThrowAsync<SocketException>(() => Dns.GetHostAddressesAsync("no-such-host.invalid", Cancel));
        Classify(exception).ShouldBe(ErrorType.Dns);
    }

    [Fact]
    public async Task Tls_ToAPeerThatSpeaksPlainText_IsTls()
    {
        await using var target =
            new TcpTarget((stream, stop) => stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), stop).AsTask());
        Classify(await ShakeHandsAsync(target.Port)).ShouldBe(ErrorType.Tls);
    }

    [Theory]
    [InlineData("", ErrorType.ConnectionReset)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", ErrorType.ConnectionReset)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorType.ConnectionReset)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n", ErrorType.Protocol)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", ErrorType.Protocol)]
    public async Task Http_ToAPeerThatSaysSomethingElse_HasAMeaning(string answer, ErrorType expected)
    {
        await using var target = TcpTarget.Saying(answer);
        using var client = new HttpClient();
        var exception =
            await Should.ThrowAsync<Exception>(() => client.GetStringAsync(new Uri($"http://127.0.0.1:{target.Port}/"), Cancel));
        Classify(exception).ShouldBe(expected);
    }

    private static ErrorType Classify(Exception exception) => Failures.Classify(exception, _ => null);

    [Fact]
    public void Observed_ByTheRunAndByWhatItThrew_IsBoth()
    {
        var failed = new CheckFailedException(
            ErrorType.Tls, "x", new Dictionary<string, object>(StringComparer.Ordinal) { ["certificate.expiresIn"] = 1, ["connect"] = 2 });
        Failures.NoteObserved(failed, new Dictionary<string, object>(StringComparer.Ordinal) { ["dns"] = 3, ["connect"] = 4 });

        Failures.Observed(failed).ShouldNotBeNull().Select(it => $"{it.Key} {it.Value}")
            .ShouldBe(["dns 3", "connect 2", "certificate.expiresIn 1"], ignoreOrder: true);
    }

    private static async Task<Exception> ShakeHandsAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var tls = new SslStream(client.GetStream());
        return await Should.ThrowAsync<Exception>(
            () => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x" }, Cancel));
    }
}
