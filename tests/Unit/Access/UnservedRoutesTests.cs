using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using HealthAgent.Agent.Access;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Access;

/// <summary>On a listener, a route that it does not serve is like one that does not exist, whatever is asked and however.</summary>
public sealed partial class UnservedRoutesTests
{
    private const string Token = "operator-0123456789abcdef";
    private const string Unusual = "BREW";

    private static readonly string[] Methods =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", Unusual];

    private static readonly Surface[] Served = [.. AccessWords.Surfaces.Values, Surface.Probes | Surface.Metrics];

    private static readonly string Configuration =
        $"agent: {{ listen: [{string.Join(", ", Served.Select(Written))}] }}\n"
        + $"access: {{ tokens: [{{ name: ops, role: operator, token: {Token} }}] }}\n";

    [Theory]
    [InlineData("of anybody")]
    [InlineData("of an operator")]
    [InlineData("of a browser before it sends another")]
    [InlineData("of gRPC")]
    public async Task Route_ThatAListenerDoesNotServe_IsLikeNone(string request)
    {
        await using var agent = await AccessAgent.StartAsync(Configuration);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        foreach (var (surface, url) in Served.Zip(agent.Urls))
        {
            foreach (var (path, routes) in RoutesOf(agent))
            {
                var methods = routes.Where(route => surface.HasFlag(route.Surface)).SelectMany(static route => route.Methods).ToList();
                foreach (var method in Methods.Except(methods, StringComparer.Ordinal))
                {
                    // Where it serves other methods of the path, a method that it does not serve is like one that there is not.
                    var (other, elsewhere) = methods.Count > 0 ? (Unusual, path) : (method, "/none");
                    var reply = await SendAsync(client, method, new Uri(url, path), request);
                    (reply with { Body = method == "HEAD" ? "" : reply.Body }).ShouldBeAlike(
                        await SendAsync(client, method == "HEAD" ? method : other, new Uri(url, elsewhere), request),
                        $"{method} {path} on a listener of {surface}");
                    reply.Status.ShouldBe(methods.Count > 0 ? 405 : 404);
                    reply.Headers.GetValueOrDefault("Allow", "").Split(", ", StringSplitOptions.RemoveEmptyEntries)
                        .ShouldBe(methods, ignoreOrder: true);
                }
            }
        }
    }

    [Fact]
    public async Task Route_ThatAListenerDoesNotServe_IsLikeNoneToWrongCredentials()
    {
        await using var agent = await AccessAgent.StartAsync(Configuration);

        var served = await agent.GetAsync("/metrics", AccessAgent.Bearer("wrong"));

        served.ShouldBeAlike(await agent.GetAsync("/none", AccessAgent.Bearer("wrong")), "/metrics");
        served.Status.ShouldBe(401);
    }

    private static string Written(Surface surface) => $"{{ url: \"http://127.0.0.1:0\", serve: [{surface.Names()}] }}";

    private static IEnumerable<(string Path, List<(Surface Surface, IReadOnlyList<string> Methods)> Routes)> RoutesOf(AccessAgent agent) =>
        agent.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .GroupBy(static route => Parameter().Replace(route.RoutePattern.RawText!, "secret-name"), StringComparer.Ordinal)
            .Select(static path => (path.Key, path.Select(static route => (
                route.Metadata.GetRequiredMetadata<ServedOn>().Surface,
                route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)).ToList()));

    private static async Task<Reply> SendAsync(HttpClient client, string method, Uri url, string of)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        switch (of)
        {
            case "of an operator":
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
                break;
            case "of a browser before it sends another":
                request.Headers.Add("Origin", "http://127.0.0.1");
                request.Headers.Add("Access-Control-Request-Method", "POST");
                break;
            case "of gRPC":
                request.Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } };
                break;
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
