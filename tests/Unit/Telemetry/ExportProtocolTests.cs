using System.Net;
using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Telemetry;

/// <summary>A collector that speaks the other protocol of OTLP: the log names the variable to set.</summary>
public sealed class ExportProtocolTests : Exporting
{
    [Fact]
    public async Task Grpc_WhereHttp1IsSpoken_NamesTheProtocolToSet()
    {
        await using var server = await HttpTarget.AnsweringAsync("");

        await ShouldHintAsync(
            new Uri(server.Url),
            "application/grpc",
            HttpVersion.Version20,
            "; for OTLP over HTTP (port 4318), set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 mail.example ESMTP\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    public async Task Grpc_WhereSomethingElseIsSpoken_NamesTheProtocolToSet(string answer)
    {
        await using var server = TcpTarget.Saying(answer);

        await ShouldHintAsync(
            new Uri($"http://127.0.0.1:{server.Port}"), "application/grpc", HttpVersion.Version20,
            "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Theory]
    [InlineData("404")]
    [InlineData("415")]
    [InlineData("200")]
    public async Task Grpc_WhereHttp2IsSpokenWithoutGrpc_NamesTheProtocolToSet(string answer)
    {
        await using var collector = await ScriptedCollector.StartAsync(answer);

        await ShouldHintAsync(collector.Url, "application/grpc", HttpVersion.Version20, "set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    [Fact]
    public async Task Http_WhereOnlyHttp2IsSpoken_NamesTheProtocolToSet()
    {
        await using var collector = await ScriptedCollector.StartAsync();

        await ShouldHintAsync(
            collector.Url,
            "application/x-protobuf",
            HttpVersion.Version11,
            "; for OTLP over gRPC (port 4317), set OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("503")]
    [InlineData("grpc 12")]
    [InlineData("hang")]
    public async Task Grpc_WhereACollectorIsUnwell_SpeaksOfNoOtherProtocol(string answer)
    {
        await using var collector = await ScriptedCollector.StartAsync(answer);

        (await TroubleAsync(collector.Url, "application/grpc", HttpVersion.Version20)).ShouldNotContain("OTEL_EXPORTER_OTLP_PROTOCOL");
    }

    private async Task ShouldHintAsync(Uri url, string mediaType, Version version, string hint) =>
        (await TroubleAsync(url, mediaType, version)).ShouldEndWith(hint);

    /// <summary>The reported failure of one attempt.</summary>
    private async Task<string> TroubleAsync(Uri url, string mediaType, Version version)
    {
        const string Signal = ExportSignals.Metrics;
        Status.Expect(Signal);
        using var client = new HttpClient(
            new ExportHandler(new HttpClient { Timeout = AttemptTimeout }, Signal, isPatient: false, Status, Clock));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new(mediaType) } },
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // No response.
        }

        return Health.Trouble.ShouldNotBeNull();
    }
}
