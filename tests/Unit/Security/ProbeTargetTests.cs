using HealthAgent.Security;

namespace HealthAgent.Unit.Security;

/// <summary>A target is read as its parts, and one that two parsers could read in two ways is refused.</summary>
public sealed class ProbeTargetTests
{
    [Theory]
    [InlineData("a.example", "http://a.example/")]
    [InlineData("a.example:8080/x?y=1", "http://a.example:8080/x?y=1")]
    [InlineData("HTTPS://A.Example:443", "https://a.example/")]
    [InlineData("http://a.example:0080/", "http://a.example/")]
    [InlineData("https://a.example./x/../y", "https://a.example./y")]
    [InlineData("https://a.example?x", "https://a.example/?x")]
    [InlineData("http://127.0.0.1:9/", "http://127.0.0.1:9/")]
    [InlineData("http://[::1]:9/", "http://[::1]:9/")]
    [InlineData("http://a_b.example/go?to=http://b.example", "http://a_b.example/go?to=http://b.example")]
    [InlineData("a.example/go?to=http://b.example", "http://a.example/go?to=http://b.example")]
    [InlineData("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://a.example/$%7Benv:HOME%7D", "http://a.example/$%7Benv:HOME%7D")]
    public void Url_IsPutTogetherOfItsParts(string text, string asked) =>
        ProbeTarget.OfUrl(text, out var error).ShouldNotBeNull(error).Text.ShouldBe(asked);

    [Theory]
    [InlineData("https://a.example@evil.example/")]
    [InlineData("https://a.example%40evil.example/")]
    [InlineData("https://a.example:x@evil.example/")]
    [InlineData("https://a.example:443@evil.example/")]
    [InlineData(@"https://evil.example\@a.example/")]
    [InlineData(@"https:\\a.example/")]
    [InlineData("https:a.example/")]
    [InlineData("https:///a.example/")]
    [InlineData("https://a.example/#x")]
    [InlineData("https://a.example:/")]
    [InlineData("https://a.example:0/")]
    [InlineData("https://a.example:65536/")]
    [InlineData("https://a.example:443443443443/")]
    [InlineData("https://a.example../")]
    [InlineData("https://.a.example/")]
    [InlineData("https://a..example/")]
    [InlineData("https://./")]
    [InlineData("https://")]
    [InlineData("")]
    [InlineData(" https://a.example/")]
    [InlineData("https://a.example/ x")]
    [InlineData("https://a.example/\n")]
    [InlineData("https://a.example\t.evil.example/")]
    [InlineData("https://bücher.example/")]
    [InlineData("https://１２７.０.０.１/")]
    [InlineData("https://ⓐ.example/")]
    [InlineData("https://a。example/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://127.0.0.01/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://256.0.0.1/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://0x/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fe80::1%eth0]/")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://[127.0.0.1]/")]
    [InlineData("http://[v1.x]/")]
    [InlineData("http://[::1/")]
    [InlineData("ftp://a.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://a.example:70/")]
    [InlineData("javascript:alert(1)")]
    public void Url_ThatMayBeMisread_IsRefused(string text)
    {
        ProbeTarget.OfUrl(text, out var error).ShouldBeNull();
        error.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("db.shop.example:5432", "db.shop.example", 5432)]
    [InlineData("DB.shop.example.:5432", "db.shop.example", 5432)]
    [InlineData("[FD00::1]:53", "fd00::1", 53)]
    [InlineData("10.0.0.1:53", "10.0.0.1", 53)]
    public void Address_IsReadInParts(string text, string host, int port)
    {
        var target = ProbeTarget.OfAddress(text, out var error).ShouldNotBeNull(error);
        (target.Host, target.Port, target.Scheme).ShouldBe((host, port, null));
    }

    [Theory]
    [InlineData("a.example")]
    [InlineData("http://a.example:80")]
    [InlineData("a.example:80/x")]
    [InlineData("a.example:http")]
    [InlineData("user@a.example:80")]
    [InlineData("a.example:1:2")]
    [InlineData("::1:80")]
    [InlineData("2130706433:80")]
    [InlineData("0x7f.1:80")]
    [InlineData("010.0.0.1:80")]
    [InlineData("[fe80::1%1]:80")]
    [InlineData("a.example:80 ")]
    public void Address_ThatMayBeMisread_IsRefused(string text) => ProbeTarget.OfAddress(text, out _).ShouldBeNull();

    [Fact]
    public void Target_ThatIsTooLong_IsRefused() => ProbeTarget.OfUrl("http://a.example/" + new string('a', 2048), out _).ShouldBeNull();
}
