using HealthAgent.Security;
using Microsoft.AspNetCore.Http;

namespace HealthAgent.Unit.Security;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("health.shop.example", "health.shop.example")]
    [InlineData("Health.Shop.Example.", "Health.Shop.Example")]
    [InlineData("*.shop.example", "*.shop.example")]
    [InlineData("agent_1", "agent_1")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("[fd00:0::1]", "fd00::1")]
    public void Read_AHost_IsAsItIsCompared(string text, string expected) => HostNames.Read(text).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.example")]
    [InlineData("*shop.example")]
    [InlineData("*.10.0.0.5")]
    [InlineData("shop.example:9464")]
    [InlineData("10.0.0.5:9464")]
    [InlineData("[fd00::1]:9464")]
    [InlineData("http://shop.example")]
    [InlineData("shop.example/health")]
    [InlineData("user@shop.example")]
    [InlineData("bücher.example")]
    [InlineData("shop example")]
    public void Read_WhatIsNoHost_IsNull(string text) => HostNames.Read(text).ShouldBeNull();

    [Theory]
    [InlineData("health.shop.example", true)]
    [InlineData("HEALTH.shop.example.:9464", true)]
    [InlineData("a.wild.example", true)]
    [InlineData("a.b.wild.example:80", true)]
    [InlineData("10.0.0.5:9464", true)]
    [InlineData("[fd00:0:0::1]:9464", true)]
    [InlineData("wild.example", false)]
    [InlineData(".wild.example", false)]
    [InlineData("awild.example", false)]
    [InlineData("x.health.shop.example", false)]
    [InlineData("health.shop.example.evil.example", false)]
    [InlineData("[health.shop.example]", false)]
    [InlineData("[fd00::1]x", false)]
    [InlineData("10.0.0.6", false)]
    [InlineData("", false)]
    public void IsOneOf_AHost_IsTheNameWithOrWithoutAPort(string host, bool expected) =>
        HostNames.IsOneOf(new HostString(host), ["health.shop.example", "*.wild.example", "10.0.0.5", "fd00::1"]).ShouldBe(expected);
}
