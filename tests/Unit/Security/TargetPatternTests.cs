using HealthAgent.Security;

namespace HealthAgent.Unit.Security;

/// <summary>Which targets a pattern allows.</summary>
public sealed class TargetPatternTests
{
    [Theory]
    [InlineData("https://*.shop.example", "https://a.shop.example/x?y", true)]
    [InlineData("https://*.shop.example", "https://a.b.shop.example", true)]
    [InlineData("https://*.shop.example", "https://A.SHOP.example.", true)]
    [InlineData("https://*.shop.example", "https://shop.example", false)]
    [InlineData("https://*.shop.example", "https://evilshop.example", false)]
    [InlineData("https://*.shop.example", "https://a.shop.example.evil.example", false)]
    [InlineData("https://*.shop.example", "https://evil.example/https://a.shop.example", false)]
    [InlineData("https://*.shop.example", "https://evil.example/?a.shop.example", false)]
    [InlineData("https://*.shop.example", "http://a.shop.example", false)]
    [InlineData("https://*.shop.example", "https://a.shop.example:8443", false)]
    [InlineData("https://*.shop.example:8443", "https://a.shop.example:8443", true)]
    [InlineData("https://*.shop.example:8443", "https://a.shop.example", false)]
    [InlineData("https://*.shop.example:*", "https://a.shop.example:1", true)]
    [InlineData("SHOP.example", "http://shop.example", true)]
    [InlineData("shop.example", "https://shop.example", true)]
    [InlineData("shop.example", "https://shop.example:8443", false)]
    [InlineData("web-*.shop.example", "http://web-1.shop.example", true)]
    [InlineData("web-*.shop.example", "http://web-1.evil.shop.example", false)]
    [InlineData("a.*.shop.example", "http://a.b.shop.example", true)]
    [InlineData("a.*.shop.example", "http://a.b.c.shop.example", false)]
    [InlineData("db-*:5432", "db-1:5432", true)]
    [InlineData("db-*:5432", "db-1.evil.example:5432", false)]
    [InlineData("10.2.*:5432", "10.2.3.4:5432", true)]
    [InlineData("10.2.*:5432", "10.20.3.4:5432", false)]
    [InlineData("10.2.*:5432", "10.2.evil.example:5432", false)]
    [InlineData("10.2.*:5432", "[::ffff:10.2.3.4]:5432", false)]
    [InlineData("10.*.3.4:5432", "10.2.3.4:5432", true)]
    [InlineData("10.*.3.4:5432", "10.2.4.4:5432", false)]
    [InlineData("10.2.3.4:5432", "10.2.3.4:5432", true)]
    [InlineData("10.2.3.4", "10.2.3.4:5432", false)]
    [InlineData("[fd00::1]:53", "[fd00:0::1]:53", true)]
    [InlineData("[fd00::1]:53", "[fd00::2]:53", false)]
    [InlineData("*", "http://any.example", true)]
    [InlineData("*", "any.example:80", false)]
    [InlineData("*:*", "any.example:80", true)]
    [InlineData("*:443", "10.0.0.1:443", true)]
    [InlineData("*.shop.example:*", "10.0.0.1:443", false)]
    [InlineData("https://shop.example/health", "https://shop.example/health?x=1", true)]
    [InlineData("https://shop.example/health", "https://shop.example/health/x", false)]
    [InlineData("https://shop.example/Health", "https://shop.example/health", false)]
    [InlineData("https://shop.example/api/*", "https://shop.example/api/v1", true)]
    [InlineData("https://shop.example/api/*", "https://shop.example/api/../admin", false)]
    [InlineData("https://shop.example/api/*", "https://shop.example/api/%2e%2e/admin", false)]
    [InlineData("https://shop.example/api/*", "https://shop.example/api/..%2fadmin", false)]
    [InlineData("https://shop.example/", "https://shop.example", true)]
    [InlineData("https://shop.example/", "https://shop.example/x", false)]
    public void Pattern_ComparesParts(string pattern, string target, bool matches)
    {
        var read = target.Contains("://", StringComparison.Ordinal)
            ? ProbeTarget.OfUrl(target, out var error)
            : ProbeTarget.OfAddress(target, out error);
        TargetPattern.Parse(pattern).ShouldNotBeNull().Matches(read.ShouldNotBeNull(error)).ShouldBe(matches);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://shop.example")]
    [InlineData("https://")]
    [InlineData("https://user@shop.example")]
    [InlineData("https://shop.example?x")]
    [InlineData("https://shop.example/*/x")]
    [InlineData("https://shop.example/%2e")]
    [InlineData("shop.*")]
    [InlineData("*.*")]
    [InlineData("shop.ex*")]
    [InlineData("shop.example:0")]
    [InlineData("shop.example:65536")]
    [InlineData("shop.example:80-90")]
    [InlineData("10.2")]
    [InlineData("10.2.3.4.*")]
    [InlineData("10.2.3.256")]
    [InlineData("10.02.*")]
    [InlineData("[10.0.0.1]:80")]
    [InlineData("fd00::1")]
    [InlineData("bücher.example")]
    [InlineData(" shop.example")]
    public void Pattern_ThatIsNone_IsNotRead(string pattern) => TargetPattern.Parse(pattern).ShouldBeNull();
}
