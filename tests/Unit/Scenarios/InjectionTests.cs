using System.Text.Json;
using CsCheck;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scenarios;

/// <summary>A hostile target answers with whatever it likes: what is captured of it never becomes more than a value.</summary>
public sealed class InjectionTests : IAsyncLifetime
{
    private HostileTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await HostileTarget.StartAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    public static TheoryData<string> Hostile =>
    [
        "../../admin", "..", ".", "../", "..\\..\\admin", "%2e%2e", "a/../../b", "//evil.example/x", "http://evil.example/",
        "@evil.example/",
        "x?admin=true", "x#y", "x&admin=true", "a b+c%41", "1\r\nX-Admin: true", "1\nX-Admin: true", "1\0", "\u0085", "\u2028",
        "\",\"admin\":true,\"x\":\"", "\\\",\"admin\":true", "\u0022}", "'; drop table orders; --", "$(reboot)", "${env:HOME}",
        "${steps.first.value}",
        "sess; admin=true", "a, b", "<script>", "ﬀ\ud83d\ude42", "", " ", "'", "\"", "`", "1e999",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Path_WithACapturedText_KeepsItsSegments(string text)
    {
        var record = await _target.RunAsync(text, "url: URL/orders/${steps.first.value}/items");

        foreach (var (target, _, _) in _target.Later(record))
        {
            target.Split('?')[0].Split('/').Length.ShouldBe(4);
            target.ShouldStartWith("/orders/");
            target.ShouldEndWith("/items");
            Uri.UnescapeDataString(target["/orders/".Length..^"/items".Length]).ShouldBe(text);
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Query_WithACapturedText_KeepsItsParameters(string text)
    {
        var record = await _target.RunAsync(text, "url: URL/orders?id=${steps.first.value}&limit=1");

        foreach (var (target, _, _) in _target.Later(record))
        {
            var parameters = target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&');
            parameters.Length.ShouldBe(2);
            Uri.UnescapeDataString(parameters[0]).ShouldBe($"id={text}");
            parameters[1].ShouldBe("limit=1");
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Header_WithACapturedText_IsOne(string text)
    {
        var record = await _target.RunAsync(
            text, "url: URL/orders", "headers: { X-Session: \"id=${steps.first.value}\" }", "token: \"${steps.first.value}\"");

        foreach (var (_, headers, _) in _target.Later(record))
        {
            headers["X-Session"].ShouldBe($"id={text}".Trim(' '));
            headers.Keys.ShouldNotContain(name => name.Contains("admin", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("admin:known", false)]
    [InlineData("admin", true)]
    public async Task Username_WithACapturedColon_IsRefused(string text, bool isSent)
    {
        var record = await _target.RunAsync(text, "url: URL/orders", "username: \"${steps.first.value}\"", "password: written");

        _target.Later(record).Count.ShouldBe(isSent ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Cookie_WithACapturedText_IsOne(string text)
    {
        var record = await _target.RunAsync(text, "url: URL/orders", "headers: { Cookie: \"session=${steps.first.value}\" }");

        foreach (var (_, headers, _) in _target.Later(record))
        {
            headers["Cookie"].ShouldNotContain(";");
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Json_WithACapturedText_KeepsItsStructure(string text)
    {
        var record = await _target.RunAsync(
            text, "url: URL/orders", "method: POST",
            "body: '{\"note\": \"<${steps.first.value}>\", \"value\": ${steps.first.value}, \"last\": true}'");

        var (_, _, body) = _target.Later(record).ShouldHaveSingleItem();
        using var json = JsonDocument.Parse(body);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["note", "value", "last"]);
        json.RootElement.GetProperty("note").GetString().ShouldBe($"<{text}>");
        json.RootElement.GetProperty("value").GetString().ShouldBe(text);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Form_WithACapturedText_KeepsItsFields(string text)
    {
        var record = await _target.RunAsync(
            text, "url: URL/orders", "method: POST", "headers: { Content-Type: application/x-www-form-urlencoded }",
            "body: \"id=${steps.first.value}&admin=false\"");

        var (_, _, body) = _target.Later(record).ShouldHaveSingleItem();
        body.Split('&').Length.ShouldBe(2);
        Uri.UnescapeDataString(body.Split('&')[0]).ShouldBe($"id={text}");
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Condition_WithACapturedText_ComparesItAsAText(string text)
    {
        var record = await _target.RunAsync(text, "url: URL/again", "expect: [\"json $.value == ${steps.first.value}\"]");

        (record.Reason, record.Result).ShouldBe((null, Result.Pass));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Record_OfACapturedText_HoldsItNowhere(string text)
    {
        var record = await _target.RunAsync(text, "url: URL/orders/${steps.first.value}", "expect: [\"body == ${steps.first.value}\"]");
        if (text.Length >= 5)
        {
            record.ToString().ShouldNotContain(text);
            record.Verdict.Steps.ShouldAllBe(step => step.Reason == null || !step.Reason.Contains(text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Capture_OfAHostileText_EndsInTime()
    {
        var record = await _target.RunAsync(
            new string('a', 200_000) + "!", ["url: URL/x"], "{ from: \"json $.value matches ^(a+)+$\", show: true }");

        record.ErrorType.ShouldBe(ErrorType.Expectation);
        record.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Capture_OfALongText_IsRefused()
    {
        var record = await _target.RunAsync(new string('a', 9000), "url: URL/x");

        record.Reason.ShouldBe("step 'first' failed: 'value' is longer than 8192 characters");
        record.Verdict.Steps.ShouldAllBe(step => step.Observations.All(observation => observation.Name != "value"));
    }

    [Fact]
    public async Task Url_WithAnyCapturedText_NeverLeavesItsPlace() => await Gen.String[Gen.Char, 0, 20].SampleAsync(
        async text =>
        {
            var url = Bound(text);
            if (url is not null)
            {
                var uri = new Uri(url);
                uri.Authority.ShouldBe("shop.internal");
                uri.AbsolutePath.Split('/').Length.ShouldBe(4);
                uri.Fragment.ShouldBeEmpty();
                uri.Query.Split('&').Length.ShouldBe(2);
            }

            await Task.CompletedTask;
        },
        iter: 2000);

    private static string? Bound(string text)
    {
        var value = new HealthAgent.Expectations.CapturedValue(text, HealthAgent.Expectations.ObservedType.Text);
        return HealthAgent.Kinds.Network.Http.UrlValues.Form(
            [new("https://shop.internal/orders/"), new("${steps.a.b}", value), new("/items?x="), new("${steps.a.b}", value), new("&y=1")],
            Configured.Settings("a: b").Settings, "url", out _);
    }
}
