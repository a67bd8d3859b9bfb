using System.Net;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Integration.Grpc;

/// <summary>The agent's own <c>grpc.health.v1</c>, asked by an implementation that shares nothing with it: gRPC's for Node.js.</summary>
public sealed class GrpcClientTests : IDisposable
{
    private const string Token = "viewer-0123456789abcdef";

    private readonly string _folder = TemporaryFolder.Create("grpc-").FullName;

    public GrpcClientTests() => _ = TestEnvironment.GrpcClient;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_OfAnotherImplementation_GetsWhatTheProtocolSays(bool tls)
    {
        await using var orders = await ProbedSite.StartAsync();
        var (agent, client) = await StartAsync(tls, orders.Url);
        await using var stopped = agent;

        // A watch may begin before the first run.
        await using var first = client.Watch("orders", Token);
        await UntilAsync(first, "SERVING");

        (await client.AskAsync("check")).ShouldBe("SERVING");
        (await client.AskAsync("check", "tier/dependency")).ShouldBe("SERVING");
        foreach (var service in new[] { "orders", "group/shop" })
        {
            (await client.AskAsync("check", service, Token)).ShouldBe("SERVING", service);
        }

        (await client.AskAsync("check", "ordres", Token)).ShouldBe("NOT_FOUND: unknown service");
        (await client.AskAsync("check", "", "wrong-0123456789abcdef")).ShouldStartWith("UNAUTHENTICATED: ");
        (await client.AskAsync("list", token: Token)).Split('\n').ShouldBe(
        [
            " SERVING", "group/shop SERVING", "orders SERVING", "tier/dependency SERVING", "tier/functional SERVING",
            "tier/liveness SERVING",
        ]);
        (await client.AskAsync("list")).ShouldNotContain("orders");

        // Withheld, a name is as one that does not exist.
        foreach (var service in new[] { "orders", "group/shop", "ordres" })
        {
            (await client.AskAsync("check", service)).ShouldBe("NOT_FOUND: unknown service", service);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_ByAnotherImplementation_GetsTheStatusAndThenEachChangeOnce(bool tls)
    {
        await using var orders = await ProbedSite.StartAsync();
        var (agent, client) = await StartAsync(tls, orders.Url);
        await using var stopped = agent;
        await using var first = client.Watch("orders", Token);
        await UntilAsync(first, "SERVING");

        await using var named = client.Watch("orders", Token);
        await using var group = client.Watch("group/shop", Token);
        await using var readiness = client.Watch("");
        await using var unknown = client.Watch("ordres", Token);
        await using var withheld = client.Watch("orders");
        foreach (var watch in new[] { named, group, readiness })
        {
            await UntilAsync(watch, "SERVING");
        }

        foreach (var watch in new[] { unknown, withheld })
        {
            await UntilAsync(watch, "SERVICE_UNKNOWN");
        }

        var well = orders.Answer;
        orders.Answer = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        foreach (var watch in new[] { named, group, readiness })
        {
            await UntilAsync(watch, "SERVING", "NOT_SERVING");
        }

        orders.Answer = well;
        foreach (var watch in new[] { named, group, readiness })
        {
            await UntilAsync(watch, "SERVING", "NOT_SERVING", "SERVING");
        }

        await agent.StopAsync();
        const string Stopped = "UNAVAILABLE: the agent is stopping";
        await EndsAsync(named, "SERVING", "NOT_SERVING", "SERVING", Stopped);
        await EndsAsync(group, "SERVING", "NOT_SERVING", "SERVING", Stopped);
        await EndsAsync(readiness, "SERVING", "NOT_SERVING", "SERVING", "NOT_SERVING", Stopped);
        await EndsAsync(unknown, "SERVICE_UNKNOWN", Stopped);
        await EndsAsync(withheld, "SERVICE_UNKNOWN", Stopped);
    }

    private async Task<(AgentProcess Agent, NodeGrpcClient Client)> StartAsync(bool tls, string url)
    {
        using var certificate = Certificates.SelfSigned(days: 20);
        using var key = certificate.GetECDsaPrivateKey()!;
        var (pem, keyFile) = (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        var secure = new IPEndPoint(IPAddress.Loopback, Containers.FreePort());
        var agent = await AgentProcess.StartAsync(
            $$"""
            agent:
              drain: 500ms
              listen:
                - { url: "http://127.0.0.1:0" }
                - { url: "https://{{secure}}", certificate: "{{pem}}", key: "{{keyFile}}" }
            access: { tokens: [{ name: grafana, role: viewer, token: {{Token}} }] }
            defaults: { interval: 1s, timeout: 1s, retryInterval: 250ms }
            checks:
              - { name: orders, group: shop, kind: http, url: "{{url}}" }
            """,
            []);
        return (agent, tls ? new NodeGrpcClient(secure.ToString(), pem) : new NodeGrpcClient(agent.Client.BaseAddress!.Authority, null));
    }

    /// <summary>Waits until a watch has got this; the first one may have got the time before the first run as well.</summary>
    private static Task UntilAsync(ChildProcess watch, params string[] statuses) => Eventually.TrueAsync(
        () => watch.Output,
        output => output == string.Join('\n', statuses) || (statuses is [var only] && output == $"UNKNOWN\n{only}"),
        $"the watch gets {string.Join(", ", statuses)}");

    private static async Task EndsAsync(ChildProcess watch, params string[] lines)
    {
        await watch.ExitAsync();
        watch.Output.Split('\n').ShouldBe(lines);
    }
}
