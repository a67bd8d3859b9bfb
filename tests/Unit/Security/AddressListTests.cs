using System.Net;
using HealthAgent.Security;

namespace HealthAgent.Unit.Security;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("0.0.0.0/0", "192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::/0", "::ffff:192.0.2.1", false)]
    [InlineData("fd00::/8", "fdff::1", true)]
    [InlineData("fd00::/8", "fe80::1", false)]
    [InlineData("2001:db8::1", "2001:db8:0::1", true)]
    public void Address_IsInANetwork_OrNot(string network, string address, bool expected)
    {
        AddressList.Read(network, out var error).ShouldNotBeNull();
        error.ShouldBeNull();

        new[] { AddressList.Read(network, out _)!.Value }.Contains(IPAddress.Parse(address)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("10.0.0.1:80")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.1/8")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::/129")]
    [InlineData("localhost")]
    [InlineData("*")]
    public void Text_ThatIsNeither_IsAnError(string text)
    {
        AddressList.Read(text, out var error).ShouldBeNull();
        error.ShouldNotBeNull().ShouldContain("; write ");
    }
}
