using System.Text;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthAgent.Unit.Scenarios;

/// <summary>
/// Generated values in each place of a request, as others read it: a real Kestrel, its readers of queries, cookies and forms, and a parser
/// of JSON. Nothing but the value differs from what is written, or it was refused.
/// </summary>
public sealed class InjectionFuzzTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 });
    private HttpTarget _target = null!;
    private Received? _received;

    public async ValueTask InitializeAsync() => _target = await HttpTarget.StartAsync(async context =>
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _received = new(
            context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Path.Value!,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Request.Query.Select(parameter => (parameter.Key, parameter.Value.ToString())).ToList(),
            context.Request.Cookies.ToList(), body);
    });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _target.DisposeAsync();
    }

    [Fact]
    public Task Path_KeepsItsSegments() => EachAsync(["url: URL/orders/a${steps.a.b}/items"], (value, received) =>
    {
        var segments = received.Target.Split('/');
        (segments.Length, segments[1], segments[3]).ShouldBe((4, "orders", "items"));
        Uri.UnescapeDataString(segments[2]).ShouldBe($"a{value}");
        received.Path.ShouldStartWith("/orders/a");
        received.Path.ShouldEndWith("/items");
    });

    [Fact]
    public Task Query_KeepsItsParameters() => EachAsync(["url: URL/orders?id=${steps.a.b}&limit=1"], (value, received) =>
    {
        received.Path.ShouldBe("/orders");
        received.Query.ShouldBe([("id", value), ("limit", "1")], ignoreOrder: true);
    });

    [Fact]
    public Task Headers_AreNoMore() => EachAsync(
        ["url: URL/orders", "headers: { X-Session: 'id=${steps.a.b};' }", "token: ${steps.a.b}"], (value, received) =>
    {
        received.Headers["X-Session"].ShouldBe($"id={value};");
        received.Headers["Authorization"].ShouldBe($"Bearer {value}".TrimEnd(' ', '\t'));
        received.Headers.Keys.Order(StringComparer.Ordinal)
            .ShouldBe(["Accept-Encoding", "Authorization", "Host", "User-Agent", "X-Session"]);
    });

    [Fact]
    public Task Cookies_AreNoMore() => EachAsync(
        ["url: URL/orders", "headers: { Cookie: 'a=1; s=x${steps.a.b}x; b=2' }"], (value, received) =>
    {
        received.Headers["Cookie"].ShouldBe($"a=1; s=x{value}x; b=2");
        received.Cookies.Select(cookie => cookie.Key).Except(["a", "s", "b"], StringComparer.Ordinal).ShouldBeEmpty();
    });

    [Fact]
    public Task Json_KeepsItsMembers() => EachAsync(
        ["url: URL/orders", "method: POST", "body: '{\"note\": \"<${steps.a.b}>\", \"value\": ${steps.a.b}, \"role\": \"user\"}'"],
        (value, received) =>
        {
            using var json = JsonDocument.Parse(received.Body);
            json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["note", "value", "role"]);
            json.RootElement.GetProperty("note").GetString().ShouldBe($"<{value}>");
            json.RootElement.GetProperty("value").GetString().ShouldBe(value);
            json.RootElement.GetProperty("role").GetString().ShouldBe("user");
        });

    [Fact]
    public Task Form_KeepsItsFields() => EachAsync(
        [
            "url: URL/orders", "method: POST", "headers: { Content-Type: application/x-www-form-urlencoded }",
            "body: id=${steps.a.b}&role=user",
        ],
        (value, received) => QueryHelpers.ParseQuery(received.Body).Select(field => (field.Key, field.Value.ToString()))
            .ShouldBe([("id", value), ("role", "user")], ignoreOrder: true));

    [Fact]
    public Task Text_ComesAsItIs() => EachAsync(
        ["url: URL/orders", "method: POST", "headers: { Content-Type: text/plain }", "body: <${steps.a.b}>"],
        (value, received) => received.Body.ShouldBe($"<{value}>"));

    /// <summary>Sends a request with each value that is not refused; refused are few.</summary>
    private async Task EachAsync(string[] lines, Action<string, Received> judge)
    {
        var (settings, errors) = Configured.Settings(string.Join('\n', lines).Replace("URL", _target.Url, StringComparison.Ordinal));
        settings.Declare(HttpSettings.All);
        settings.Allow(Sample);
        _ = Read(settings);
        errors.ToLines().ShouldBeEmpty();
        var sent = 0;
        foreach (var value in HostileValues.Texts())
        {
            var refusals = new ConfigurationErrors("step");
            var bound = Read(settings.With(Find, refusals));
            if (refusals.Any)
            {
                continue;
            }

            using var request = bound.Request.Create();
            using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            Should.NotThrow(() => judge(value, _received!), JsonSerializer.Serialize(value));
            sent++;

            CapturedValue? Find(StepReference reference, out string? error)
            {
                error = null;
                return new CapturedValue(value, ObservedType.Text);
            }
        }

        sent.ShouldBeGreaterThan(HostileValues.Count / 4);
    }

    private static CapturedValue? Sample(StepReference reference, out string? error)
    {
        error = null;
        return new CapturedValue("sample", ObservedType.Text) { IsSample = true };
    }

    private static HttpSettings Read(SettingsReader settings) => HttpSettings.Read(
        new PlanContext("step", Tier.Functional, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), new Conditions([], []), settings));

    private sealed record Received(
        string Target, string Path, Dictionary<string, string> Headers, List<(string Key, string Value)> Query,
        List<KeyValuePair<string, string>> Cookies, string Body);
}
