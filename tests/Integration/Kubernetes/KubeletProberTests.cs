using Grpc.HealthCheck;
using HealthAgent.Integration.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace HealthAgent.Integration.Kubernetes;

/// <summary>That the stand-in for a kubelet judges as one does.</summary>
public sealed class KubeletProberTests : IAsyncLifetime
{
    private readonly HealthServiceImpl _health = new();
    private WebApplication? _pod;
    private string _seen = "";

    private Uri Http => new(_pod!.Urls.First());

    private int GrpcPort => new Uri(_pod!.Urls.Last()).Port;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_health);
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, static grpc => grpc.Protocols = HttpProtocols.Http2);
        });
        _pod = builder.Build();
        _pod.Use((context, next) =>
        {
            var (protocol, sent) = (context.Request.Protocol, context.Request.Headers);
            _seen = $"{protocol} {sent.UserAgent} {sent.Accept} {sent.Connection} {sent["X"]}";
            return next(context);
        });
        _pod.MapGet("/status/{status:int}", static (int status) => Results.Text("a body", statusCode: status));
        _pod.MapGet("/here", static () => Results.Redirect("/status/200"));
        _pod.MapGet("/there", static () => Results.Redirect("http://localhost:1/"));
        _pod.MapGet("/round", static () => Results.Redirect("/round"));
        _pod.MapGet("/hangs", static context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        _pod.MapGrpcService<HealthServiceImpl>();
        await _pod.StartAsync();
    }

    public ValueTask DisposeAsync() => _pod!.DisposeAsync();

    [Theory]
    [InlineData("/status/200", true, "a body")]
    [InlineData("/status/399", true, "a body")]
    [InlineData("/status/400", false, "HTTP probe failed with statuscode: 400")]
    [InlineData("/status/503", false, "HTTP probe failed with statuscode: 503")]
    [InlineData("/here", true, "a body")]
    [InlineData("/there", true, "")]
    [InlineData("/round", false, "stopped after 10 redirects")]
    [InlineData("/hangs", false, "context deadline exceeded")]
    public async Task Http_ByWhatIsAnswered_PassesOrFails(string path, bool succeeded, string output)
    {
        var probe = await KubeletProber.HttpAsync(new Uri(Http, path), headers: ("X", "its own"));

        probe.Succeeded.ShouldBe(succeeded);
        probe.Output.ShouldEndWith(output);
        _seen.ShouldBe("HTTP/1.1 kube-probe/1.35 */* close its own");
    }

    [Fact]
    public async Task Http_WhereNothingListens_Fails() =>
        (await KubeletProber.HttpAsync(new Uri("http://127.0.0.1:1/livez"))).Output.ShouldContain("Connection refused");

    [Theory]
    [InlineData("serves", true, "service healthy")]
    [InlineData("serves-not", false, "service unhealthy (responded with \"NOT_SERVING\")")]
    [InlineData("unknown", false, "error: health rpc probe failed: rpc error: code = NotFound desc = ")]
    public async Task Grpc_ByTheStatus_PassesOrFails(string service, bool succeeded, string output)
    {
        _health.SetStatus("serves", ServingStatus.Serving);
        _health.SetStatus("serves-not", ServingStatus.NotServing);

        (await KubeletProber.GrpcAsync("127.0.0.1", GrpcPort, service)).ShouldBe(new KubeletProbe(succeeded, output));
        _seen.ShouldStartWith("HTTP/2 kube-probe/1.35 grpc-go/");
    }

    [Fact]
    public async Task Grpc_WhereNothingListens_Fails() =>
        (await KubeletProber.GrpcAsync("127.0.0.1", 1)).Output.ShouldContain("code = Unavailable");
}
