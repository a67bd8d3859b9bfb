using System.Net;
using HealthAgent.Security;

namespace HealthAgent.Unit.Security;

/// <summary>Which addresses may be connected to on behalf of somebody else.</summary>
public sealed class TargetPolicyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:a9fe:a9fe")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2600::5efe:10.0.0.1")]
    [InlineData("2600::200:5efe:127.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    public void Address_ThatIsNotPublic_IsRefused(string address)
    {
        Refusal(address).ShouldNotBeNull().ShouldContain("probe.allowAddresses");
        Refusal(address, "192.168.77.0/24").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::1.1.1.1")]
    public void Address_ThatIsPublic_IsNotRefused(string address) => Refusal(address).ShouldBeNull();

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8", true)]
    [InlineData("::ffff:10.1.2.3", "10.0.0.0/8", true)]
    [InlineData("11.0.0.1", "10.0.0.0/8", true)]
    [InlineData("192.168.0.1", "10.0.0.0/8", false)]
    [InlineData("127.0.0.2", "127.0.0.1/32", false)]
    [InlineData("fd00::1", "fd00::/8", true)]
    [InlineData("fe80::1%3", "fe80::/10", true)]
    [InlineData("169.254.1.1", "169.254.0.0/16", true)]
    [InlineData("169.254.169.254", "169.254.0.0/16", false)]
    [InlineData("169.254.169.254", "0.0.0.0/0", false)]
    [InlineData("169.254.169.254", "169.254.169.254/32", true)]
    [InlineData("::ffff:169.254.169.254", "169.254.0.0/16", false)]
    [InlineData("fd00:ec2::254", "fd00::/8", false)]
    [InlineData("fd00:ec2::254", "fd00:ec2::254/128", true)]
    public void Address_InARangeThatIsAllowed_IsNotRefused(string address, string allowed, bool isTaken) =>
        (Refusal(address, allowed) is null).ShouldBe(isTaken);

    [Fact]
    public void Addresses_OfWhichOneIsPrivate_AreAllRefused() =>
        new TargetPolicy([], []).RefusalOf([IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")])
            .ShouldBe("10.0.0.1 is a private address, which probe.allowAddresses does not name");

    [Fact]
    public void Address_WithAnotherInIt_IsExplained() => Refusal("2002:7f00:1::")
        .ShouldBe("2002:7f00:1:: is a loopback address (127.0.0.1), which probe.allowAddresses does not name");

    [Theory]
    [InlineData("https://b.shop.example/x", true)]
    [InlineData("http://b.shop.example/", false)]
    [InlineData("https://evil.example/", false)]
    [InlineData("https://a.shop.example@evil.example/", false)]
    [InlineData("https://user@b.shop.example/", false)]
    [InlineData("https://0x7f.1/", false)]
    public void Redirect_IsFollowedToWhatIsAllowedAlone(string location, bool isFollowed) =>
        (new TargetPolicy([TargetPattern.Parse("https://*.shop.example")!], []).RefusalOf(new Uri(location)) is null).ShouldBe(isFollowed);

    private static string? Refusal(string address, params string[] allowed) =>
        new TargetPolicy([], [.. allowed.Select(IPNetwork.Parse)]).RefusalOf([IPAddress.Parse(address)]);
}
