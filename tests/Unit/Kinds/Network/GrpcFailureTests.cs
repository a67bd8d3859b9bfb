using System.Net.Sockets;
using Grpc.Core;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>What the kind grpc makes of servers that do not answer as they should, and of TLS.</summary>
public sealed class GrpcFailureTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, ErrorType.UnexpectedStatus)]
    [InlineData(StatusCode.Internal, ErrorType.UnexpectedStatus)]
    [InlineData(StatusCode.DeadlineExceeded, ErrorType.Timeout)]
    [InlineData(StatusCode.Unauthenticated, ErrorType.Authentication)]
    [InlineData(StatusCode.PermissionDenied, ErrorType.Authorization)]
    [InlineData(StatusCode.Unimplemented, ErrorType.Protocol)]
    [InlineData(StatusCode.NotFound, ErrorType.NotFound)]
    [InlineData(StatusCode.ResourceExhausted, ErrorType.ResourceExhausted)]
    public async Task Call_ThatTheServerEnds_IsWhatItSays(StatusCode code, ErrorType type)
    {
        await using var target = await GrpcTarget.EndingAsync(code, "in its words");

        var judgement = await JudgeAsync(target.Port);

        judgement.ErrorType.ShouldBe(type);
        judgement.Reason.ShouldNotBeNull()
            .ShouldEndWith(code == StatusCode.DeadlineExceeded ? "timed out while waiting for the response" : ": in its words");
    }

    [Theory]
    [InlineData(404, ErrorType.Protocol)]
    [InlineData(401, ErrorType.Authentication)]
    [InlineData(403, ErrorType.Authorization)]
    [InlineData(503, ErrorType.UnexpectedStatus)]
    [InlineData(200, ErrorType.UnexpectedStatus)]
    public async Task Answer_ThatIsNotOfGrpc_FailsByItsStatus(int status, ErrorType type)
    {
        await using var target = await GrpcTarget.StartAsync(answer: context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("a page");
        });

        (await JudgeAsync(target.Port)).ErrorType.ShouldBe(type);
    }

    [Fact]
    public async Task Server_ThatHangs_IsATimeout()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = await GrpcTarget.StartAsync(answer: context =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        var judgement = await CheckRun.JudgeUntilAsync(reached.Task, "kind: grpc", $"address: 127.0.0.1:{target.Port}");

        (judgement.ErrorType, judgement.Reason).ShouldBe((ErrorType.Timeout, "timed out while waiting for the response"));
        judgement.Observed("connect").ShouldNotBeNull();
    }

    [Fact]
    public async Task Server_ThatAcceptsAndSaysNothing_IsATimeout()
    {
        await using var target = TcpTarget.Hanging();

        (await CheckRun.JudgeUntilAsync(target.Reached, "kind: grpc", $"address: 127.0.0.1:{target.Port}")).ErrorType
            .ShouldBe(ErrorType.Timeout);
    }

    [Fact]
    public async Task Server_ThatIsKilledInTheCall_IsAReset()
    {
        await using var target = await GrpcTarget.StartAsync(answer: context =>
        {
            context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()?.Abort();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        (await JudgeAsync(target.Port)).ErrorType.ShouldBe(ErrorType.ConnectionReset);
    }

    [Fact]
    public async Task Server_ThatResetsOrCloses_IsAReset()
    {
        await using var resetting = TcpTarget.Resetting();
        await using var closing = TcpTarget.Closing();

        foreach (var port in new[] { resetting.Port, closing.Port })
        {
            var judgement = await JudgeAsync(port);
            judgement.ErrorType.ShouldBe(ErrorType.ConnectionReset, judgement.Reason);
        }
    }

    /// <summary>What .NET's client throws when the connection is closed before the request was given to it, or under it.</summary>
    public static TheoryData<Exception> Closed =>
    [
        new HttpRequestException("the server did not complete the HTTP/2 handshake"),
        new HttpRequestException("an error occurred while sending the request", new ObjectDisposedException(nameof(NetworkStream))),
        new IOException("the request was aborted", new ObjectDisposedException(nameof(NetworkStream))),
    ];

    [Theory]
    [MemberData(nameof(Closed))]
    public void Connection_ThatIsClosedBeforeTheResponse_IsAReset(Exception exception) =>
        new ConnectionTrace(TimeProvider.System).FailureOf(exception)
            .ShouldNotBeNull().ErrorType.ShouldBe(ErrorType.ConnectionReset);

    [Fact]
    public void Trace_ThatIsClosedItself_IsNoEndOfTheConnection() =>
        new ConnectionTrace(TimeProvider.System).FailureOf(new ObjectDisposedException(nameof(ConnectionTrace))).ShouldBeNull();

    [Fact]
    public async Task Port_WhereNothingListens_IsRefused()
    {
        using var held = TcpTarget.Refusing(out var port);

        var judgement = await JudgeAsync(port);

        judgement.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        judgement.Reason.ShouldBe($"connecting to 127.0.0.1:{port}: {new SocketException((int)SocketError.ConnectionRefused).Message}");
    }

    [Fact]
    public async Task Name_ThatDoesNotResolve_IsDns() =>
        (await CheckRun.JudgeAsync("kind: grpc", "address: nothing.invalid:1")).ErrorType.ShouldBe(ErrorType.Dns);

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("220 mail.example ESMTP\r\n")]
    public async Task Server_ThatSpeaksSomethingElse_IsProtocol(string said)
    {
        await using var target = TcpTarget.Saying(said);

        (await JudgeAsync(target.Port)).ErrorType.ShouldBe(ErrorType.Protocol);
    }

    [Theory]
    [InlineData("url: grpcs://127.0.0.1:{0}", "tls: {{ca: {1}}}")]
    [InlineData("address: 127.0.0.1:{0}", "tls: {{ca: {1}}}")]
    [InlineData("address: 127.0.0.1:{0}", "tls: {{enabled: true, ca: {1}}}")]
    [InlineData("address: 127.0.0.1:{0}", "tls: {{ca: {1}, serverName: localhost}}")]
    [InlineData("address: 127.0.0.1:{0}", "tls: {{insecureSkipVerify: true}}")]
    public async Task Tls_OfAnAuthorityThatIsTrusted_Passes(string target, string tls)
    {
        using var authority = new Authority("An authority");
        using var certificate = authority.Issue();
        await using var server = await GrpcTarget.StartAsync(certificate);
        string Written(string text) =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, text, server.Port, Explained.Pem(authority));

        var judgement = await CheckRun.JudgeAsync("kind: grpc", Written(target), Written(tls), "expect: certificate.expiresIn > 1d");

        judgement.Result.ShouldBe(Result.Pass, judgement.Reason);
        judgement.Observed("tls").ShouldNotBeNull();
    }

    [Fact]
    public async Task Tls_ThatDoesNotFit_IsSaidInItsWords()
    {
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(10));
        await using var secured = await GrpcTarget.StartAsync(certificate);
        await using var old = await GrpcTarget.StartAsync(certificate, protocols: HttpProtocols.Http1);
        await using var plain = await GrpcTarget.StartAsync();

        (await CheckRun.JudgeAsync("kind: grpc", $"url: grpcs://127.0.0.1:{secured.Port}")).ErrorType
            .ShouldBe(ErrorType.CertificateInvalid);
        (await CheckRun.JudgeAsync("kind: grpc", $"url: grpcs://127.0.0.1:{plain.Port}")).ErrorType.ShouldBe(ErrorType.Tls);
        (await JudgeAsync(secured.Port)).Reason.ShouldBe("waiting for the response: the peer closed the connection");
        (await CheckRun.JudgeAsync("kind: grpc", $"url: grpcs://127.0.0.1:{old.Port}", "tls: {insecureSkipVerify: true}")).ErrorType
            .ShouldBeOneOf(ErrorType.Protocol, ErrorType.Tls);
    }

    private static Task<CheckVerdict> JudgeAsync(int port, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: grpc", $"address: 127.0.0.1:{port}", .. lines]);
}
