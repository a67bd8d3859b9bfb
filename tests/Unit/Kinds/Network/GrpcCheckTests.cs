using System.Diagnostics;
using Grpc.Core;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>The kind grpc against a real server.</summary>
public sealed class GrpcCheckTests
{
    [Theory]
    [InlineData(ServingStatus.Serving, Result.Pass, "serving")]
    [InlineData(ServingStatus.NotServing, Result.Fail, "not_serving")]
    [InlineData(ServingStatus.Unknown, Result.Fail, "unknown")]
    public async Task Service_ByWhatTheServerSays_PassesOrFails(ServingStatus said, Result result, string status)
    {
        await using var target = await GrpcTarget.StartAsync();
        target.Health.SetStatus("orders", said);

        var judgement = await CheckRun.JudgeAsync("kind: grpc", $"address: 127.0.0.1:{target.Port}", "service: orders");

        (judgement.Result, judgement.ErrorType).ShouldBe((result, result == Result.Pass ? null : ErrorType.UnexpectedStatus));
        (judgement.Observed("status"), judgement.Observed("code")).ShouldBe((status, "OK"));
        foreach (var phase in new[] { "dns", "connect", "call" })
        {
            judgement.Observed(phase).ShouldBeOfType<TimeSpan>(phase);
        }
    }

    [Theory]
    [InlineData("address: 127.0.0.1:{0}", "")]
    [InlineData("url: grpc://127.0.0.1:{0}", "")]
    [InlineData("url: http://127.0.0.1:{0}/", "")]
    [InlineData("url: grpc://127.0.0.1:{0}/orders", "orders")]
    [InlineData("url: http://127.0.0.1:{0}/orders.v1%2EOrders", "orders.v1.Orders")]
    [InlineData("{{address: 127.0.0.1:{0}, service: orders}}", "orders")]
    [InlineData("{{url: grpc://127.0.0.1:{0}/other, service: orders}}", "orders")]
    public async Task Target_InEitherForm_IsAskedForTheService(string written, string service)
    {
        await using var target = await GrpcTarget.StartAsync();
        target.Health.ClearAll();
        target.Health.SetStatus(service, ServingStatus.Serving);
        var lines = string.Format(System.Globalization.CultureInfo.InvariantCulture, written, target.Port).Trim('{', '}').Split(", ");

        (await CheckRun.JudgeAsync(["kind: grpc", .. lines])).Result.ShouldBe(Result.Pass);
    }

    [Theory]
    [InlineData("[status == not_serving]", Result.Pass)]
    [InlineData("['status in [serving, not_serving]']", Result.Pass)]
    [InlineData("[status != not_serving]", Result.Fail)]
    public async Task Status_ThatIsExpected_Passes(string expect, Result result)
    {
        await using var target = await GrpcTarget.StartAsync();
        target.Health.SetStatus("", ServingStatus.NotServing);

        (await CheckRun.JudgeAsync("kind: grpc", $"address: 127.0.0.1:{target.Port}", $"expect: {expect}")).Result.ShouldBe(result);
    }

    [Fact]
    public async Task Service_ThatTheServerDoesNotKnow_IsNotFound()
    {
        await using var target = await GrpcTarget.StartAsync();

        var judgement = await CheckRun.JudgeAsync("kind: grpc", $"address: 127.0.0.1:{target.Port}", "service: ordres");

        (judgement.ErrorType, judgement.Reason, judgement.Observed("code"))
            .ShouldBe((ErrorType.NotFound, "the server answers NOT_FOUND (it knows no service 'ordres')", "NOT_FOUND"));
    }

    [Fact]
    public async Task Request_HasWhatIsWritten_AndWhatAServerNeeds()
    {
        await using var target = await GrpcTarget.StartAsync();
        using var run = new Activity("run").SetIdFormat(ActivityIdFormat.W3C).Start();

        var judgement = await CheckRun.JudgeAsync(
            "kind: grpc", $"url: grpc://127.0.0.1:{target.Port}", "timeout: 3s", "token: abc",
            "headers: {X-Tenant: shop, trace-bin: AAE, Host: orders.internal}");

        judgement.Result.ShouldBe(Result.Pass, judgement.Reason);
        target.Seen.UserAgent.ToString().ShouldStartWith("health-agent grpc-dotnet/");
        target.Seen["grpc-timeout"].ToString().ShouldBe("3000m");
        target.Seen.TraceParent.ToString().ShouldContain(run.TraceId.ToString());
        string.Join(' ', new[] { "authorization", "x-tenant", "trace-bin", "host" }.Select(name => target.Seen[name]))
            .ShouldBe("Bearer abc shop AAE orders.internal");
    }

    [Fact]
    public async Task Secrets_ThatTheServerEchoes_AreNotShown()
    {
        await using var target = await GrpcTarget.EndingAsync(StatusCode.Unauthenticated, "no such token: hunter2, key s3cr3t");

        var (record, explanation) = await Explained.RunAsync(
            "kind: grpc", $"address: 127.0.0.1:{target.Port}", "token: hunter2", "headers: {X-Key: s3cr3t}");

        record.Verdict.ErrorType.ShouldBe(ErrorType.Authentication);
        record.Verdict.Reason.ShouldBe("the server answers UNAUTHENTICATED: no such token: ***, key ***");
        explanation.Json().ShouldNotContain("hunter2");
        explanation.Json().ShouldNotContain("s3cr3t");
    }

    [Fact]
    public async Task Explanation_HasAddressRequestAndResponse()
    {
        await using var target = await GrpcTarget.StartAsync();

        var (_, run) = await Explained.RunAsync("kind: grpc", $"address: 127.0.0.1:{target.Port}");

        run.Connections.ShouldHaveSingleItem().Address.ShouldBe("127.0.0.1");
        var exchange = run.Requests.ShouldHaveSingleItem();
        (exchange.Method, exchange.Url, exchange.Status, exchange.Version)
            .ShouldBe(("POST", $"http://127.0.0.1:{target.Port}/grpc.health.v1.Health/Check", 200, "2.0"));
    }

    [Fact]
    public async Task Agent_ByItsOwnHealth_IsServing()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        agent.Record("db", "P");

        (await CheckRun.JudgeAsync("kind: grpc", $"address: 127.0.0.1:{agent.Loopback.Port}", "service: db")).Result.ShouldBe(Result.Pass);
        (await CheckRun.JudgeAsync("kind: grpc", $"address: 127.0.0.1:{agent.Public.Port}", "service: db"))
            .ErrorType.ShouldBe(ErrorType.NotFound);
    }

    [Fact]
    public async Task Temporal_IsAskedForItsFrontend()
    {
        await using var target = await GrpcTarget.StartAsync();
        target.Health.ClearAll();
        target.Health.SetStatus("temporal.api.workflowservice.v1.WorkflowService", ServingStatus.Serving);

        foreach (var written in new[] { $"address: 127.0.0.1:{target.Port}", $"url: grpc://127.0.0.1:{target.Port}" })
        {
            (await CheckRun.JudgeAsync("kind: temporal", written)).Result.ShouldBe(Result.Pass);
        }
    }

    [Theory]
    [InlineData("url: http://h/", "address: h:1", "write either 'address' or 'url'")]
    [InlineData("service: a", "retries: 0", "write either 'address' or 'url'")]
    [InlineData("url: ftp://h/", "retries: 0", "this is not a URL; write grpc://HOST/PATH or grpcs://HOST/PATH")]
    [InlineData("url: grpc://h:1", "tls: {ca: /nothing}", "this URL is without TLS; write grpcs://")]
    [InlineData("address: h:1", "headers: {grpc-timeout: 1S}", "'grpc-timeout' is gRPC's own; remove it")]
    [InlineData("address: h:1", "headers: {'a b': c}", "'a b' is not a header that can be sent")]
    public void Settings_ThatDoNotFit_AreErrors(string first, string second, string error) =>
        Configured.Read($"checks:\n  - name: a\n    kind: grpc\n    {first}\n    {second}\n").Errors
            .ShouldContain(line => line.Contains(error, StringComparison.Ordinal));
}
