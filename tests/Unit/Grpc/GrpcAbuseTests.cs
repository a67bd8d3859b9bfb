using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Grpc;

/// <summary>Callers of gRPC health that do not keep to the protocol.</summary>
public sealed class GrpcAbuseTests
{
    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000" + "0000000000")]
    [InlineData("0000000001" + "0a")]
    [InlineData("0000000003" + "0a05aa")]
    [InlineData("0000000003" + "0a01ff")]
    [InlineData("0000000002" + "ffff")]
    [InlineData("00ffffffff" + "0a")]
    [InlineData("007fffffff" + "0a")]
    [InlineData("0200000000")]
    [InlineData("0100000003" + "0a0161")]
    public async Task Check_OfBrokenBytes_IsAnErrorOfTheCaller(string hex)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        foreach (var encoding in new[] { "identity", "gzip", "bogus" })
        {
            await SendAsync(
                agent, Convert.FromHexString(hex), encoding,
                StatusCode.Unknown, StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.Unimplemented, StatusCode.NotFound);
        }

        (await agent.GetAsync("/livez")).Status.ShouldBe(200);
        agent.Log.Records.ShouldNotContain(record => record.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Check_ThatInflates_IsBounded()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        using var inflated = new MemoryStream();
        await using (var gzip = new GZipStream(inflated, CompressionLevel.SmallestSize))
        {
            await gzip.WriteAsync(new byte[1024 * 1024], TestContext.Current.CancellationToken);
        }

        var bytes = inflated.ToArray();
        await SendAsync(agent, [1, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes], "gzip", StatusCode.ResourceExhausted);
    }

    private static async Task SendAsync(AgentServer agent, byte[] body, string encoding, params StatusCode[] allowed)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(agent.Public, "/grpc.health.v1.Health/Check"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("TE", "trailers");
        request.Headers.Add("grpc-encoding", encoding);

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var head = response.Headers.TryGetValues("grpc-status", out var alone);
        var answered = (head ? alone! : response.TrailingHeaders.GetValues("grpc-status")).Single();
        ((StatusCode)int.Parse(answered, CultureInfo.InvariantCulture)).ShouldBeOneOf(allowed);
    }
}
