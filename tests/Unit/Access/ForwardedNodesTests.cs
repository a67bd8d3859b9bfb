using System.Net;
using HealthAgent.Agent.Access;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using IPNetwork = System.Net.IPNetwork;

namespace HealthAgent.Unit.Access;

/// <summary>Reading what proxies say of their clients: nothing that a caller writes may become its address.</summary>
public sealed class ForwardedNodesTests
{
    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:4711", "192.0.2.1")]
    [InlineData("192.0.2.1:_port", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("", null)]
    [InlineData("unknown", null)]
    [InlineData("_hidden", null)]
    [InlineData("192.0.2", null)]
    [InlineData("1", null)]
    [InlineData("0300.0.2.1", null)]
    [InlineData("192.0.2.1:", null)]
    [InlineData("[192.0.2.1]", null)]
    [InlineData("[2001:db8::1", null)]
    [InlineData("[2001:db8::1]4711", null)]
    [InlineData("[[2001:db8::1]]", null)]
    [InlineData("fe80::1%lo", null)]
    [InlineData("localhost", null)]
    [InlineData("192.0.2.1 192.0.2.2", null)]
    public void Node_IsAnAddressOrNone(string text, string? expected) => (ForwardedNodes.Read(text)?.ToString()).ShouldBe(expected);

    [Theory]
    [InlineData("for=192.0.2.1", "192.0.2.1")]
    [InlineData("FOR=192.0.2.1", "192.0.2.1")]
    [InlineData("for=\"192.0.2.1:80\"", "192.0.2.1")]
    [InlineData("for=192.0.2.1:80", "192.0.2.1")]
    [InlineData("for=\"[2001:db8::1]:80\"", "2001:db8::1")]
    [InlineData("for=\"192\\.0.2.1\"", "192.0.2.1")]
    [InlineData("proto=http;for=192.0.2.1;by=10.0.0.1", "192.0.2.1")]
    [InlineData(" for=192.0.2.1 ; proto=http , for=192.0.2.2", "192.0.2.2 192.0.2.1")]
    [InlineData("for=192.0.2.1,for=unknown,for=192.0.2.3", "192.0.2.3 none 192.0.2.1")]
    [InlineData("for=\"a,b;c\", for=192.0.2.2", "192.0.2.2 none")]
    [InlineData("proto=http", "none")]
    [InlineData("", "none")]
    [InlineData("for=192.0.2.1,", "none 192.0.2.1")]
    // What a caller wrote must not swallow what the proxy adds behind it.
    [InlineData("for=\"192.0.2.1, for=192.0.2.2", "none")]
    [InlineData("for=\"192.0.2.1, for=\"192.0.2.2\"", "none")]
    [InlineData("for=\"192.0.2.1\\\", for=192.0.2.2", "none")]
    [InlineData("for=192.0.2.1;for=192.0.2.2", "none")]
    [InlineData("for = 192.0.2.1", "none")]
    [InlineData("192.0.2.1", "none")]
    [InlineData("for=192.0.2.1 for=192.0.2.2", "none")]
    [InlineData("for=2001:db8::1", "2001:db8::1")]
    public void Forwarded_IsReadFromItsEnd(string line, string expected) =>
        Texts(ForwardedNodes.OfForwarded(line)).ShouldBe(expected);

    [Fact]
    public void Headers_OfSeveralLines_AreReadFromTheLast()
    {
        Texts(ForwardedNodes.OfForwardedFor(new StringValues(["192.0.2.1, 192.0.2.2", "192.0.2.3"])))
            .ShouldBe("192.0.2.3 192.0.2.2 192.0.2.1");
        Texts(ForwardedNodes.OfForwarded(new StringValues(["for=\"oops", "for=192.0.2.3"]))).ShouldBe("192.0.2.3 none");
    }

    [Theory]
    [InlineData("192.0.2.9", "10.0.0.1", "192.0.2.9")]
    [InlineData("10.0.0.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.1", "10.9.9.9, 192.0.2.1, 10.0.0.2", "192.0.2.1")]
    [InlineData("10.0.0.1", "unknown, 192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "192.0.2.1, unknown", null)]
    [InlineData("::ffff:10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("fd00::1", "2001:db8::1, fd00::2", "2001:db8::1")]
    public void Client_IsTheNearestThatIsNoTrustedProxy(string peer, string header, string? expected) =>
        (ForwardedClient.Walk(IPAddress.Parse(peer), ForwardedNodes.OfForwardedFor(header), Trusted)?.ToString()).ShouldBe(expected);

    /// <summary>Where ASP.NET Core's own middleware finds a client, it is the same one; for chains of addresses of any kind.</summary>
    [Fact]
    public void Client_OfAddressesAlone_IsTheOneThatAspNetCoreFinds()
    {
        string[] nodes =
            ["10.0.0.1", "10.1.2.3:80", "192.0.2.1", "192.0.2.2:4711", "fd00::7", "[fd00::8]:80", "2001:db8::1", "[2001:db8::2]:443",
                "::ffff:10.0.0.9", "::ffff:192.0.2.9"];
        var middleware = new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(Oracle()));
#pragma warning disable CA5394 // Repeatable is what it has to be.
        var random = new Random(20260101);
        for (var i = 0; i < 20_000; i++)
        {
            var peer = ForwardedNodes.Read(nodes[random.Next(nodes.Length)])!;
            var chain = string.Join(", ", Enumerable.Range(0, 1 + random.Next(5)).Select(_ => nodes[random.Next(nodes.Length)]));
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = peer;
            context.Request.Headers["X-Forwarded-For"] = chain;
            middleware.ApplyForwarders(context);

            ForwardedClient.Walk(peer, ForwardedNodes.OfForwardedFor(chain), Trusted).ShouldBe(
                Unmapped(context.Connection.RemoteIpAddress!), $"{peer} <- {chain}");
        }
#pragma warning restore CA5394
    }

    /// <summary>Whatever a caller writes before it: what the proxy adds at the end decides.</summary>
    [Fact]
    public void Client_WhateverACallerWrote_IsTheOneThatTheProxySaw()
    {
        var (proxy, caller) = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("192.0.2.1"));
        string[] pieces =
            ["for=", "10.0.0.1", "127.0.0.1", "\"", "\\", ",", ";", "=", " ", "[", "]", "::1", "unknown", "_x", "proto=http", "\t", ":80"];

        Fuzz.Feed(pieces, 12, text =>
        {
            ForwardedClient.Walk(proxy, ForwardedNodes.OfForwardedFor($"{text}, {caller}"), Trusted).ShouldBe(caller, text);
            ForwardedClient.Walk(proxy, ForwardedNodes.OfForwarded($"{text}, for={caller}"), Trusted).ShouldBeOneOf(caller, null);
            ForwardedClient.Walk(proxy, ForwardedNodes.OfForwarded($"{text}, for=\"{caller}:4711\""), Trusted).ShouldBeOneOf(caller, null);
            ForwardedClient.Walk(proxy, ForwardedNodes.OfForwarded(new StringValues([text, $"for={caller}"])), Trusted)
                .ShouldBe(caller, text);
        });
    }

    private static string Texts(IEnumerable<IPAddress?> nodes) => string.Join(' ', nodes.Select(node => node?.ToString() ?? "none"));

    private static ForwardedHeadersOptions Oracle()
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in Trusted)
        {
            options.KnownIPNetworks.Add(network);
        }

        return options;
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
