using System.Net;
using HealthAgent.Agent.Access;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.Access;

/// <summary>Wrong credentials are limited by address.</summary>
public sealed class FailedAttemptsTests
{
    private const string Viewer = "viewer-0123456789abcdef", Wrong = "wrong-0123456789abcdef";

    private const string Yaml = $$"""
        agent: { listen: "http://*:0" }
        access:
          trustedProxies: [127.0.0.1]
          tokens: [{ name: grafana, role: viewer, token: {{Viewer}} }]

        """;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Attempts_BeyondTenAtOnce_WaitForSixSecondsEach()
    {
        var (attempts, address) = (new FailedAttempts(_clock), IPAddress.Parse("192.0.2.1"));
        for (var i = 1; i < FailedAttempts.AtOnce; i++)
        {
            attempts.Note(address).ShouldBe(i);
            attempts.WaitOf(address).ShouldBeNull();
        }

        attempts.Note(address).ShouldBe(FailedAttempts.AtOnce);
        attempts.WaitOf(address).ShouldBe(FailedAttempts.Each);
        attempts.WaitOf(IPAddress.Parse("192.0.2.2")).ShouldBeNull();

        _clock.Advance(FailedAttempts.Each);
        attempts.WaitOf(address).ShouldBeNull();
        attempts.Note(address);
        attempts.WaitOf(address).ShouldBe(FailedAttempts.Each);

        _clock.Advance(FailedAttempts.AtOnce * FailedAttempts.Each);
        attempts.Note(address).ShouldBe(1);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("0.0.0.0", "::1", false)]
    [InlineData("0.0.0.0", null, false)]
    [InlineData(null, null, true)]
    public void Attempts_OfOneNetworkOfIPv6_AreThoseOfOneAddress(string? one, string? other, bool isSame)
    {
        var attempts = new FailedAttempts(_clock);
        for (var i = 0; i < FailedAttempts.AtOnce; i++)
        {
            attempts.Note(one is null ? null : IPAddress.Parse(one));
        }

        attempts.WaitOf(other is null ? null : IPAddress.Parse(other)).HasValue.ShouldBe(isSame);
    }

    [Fact]
    public void Attempts_OfHoweverManyAddresses_AreBounded()
    {
        var attempts = new FailedAttempts(_clock);
        for (var i = 0; i < 100_000; i++)
        {
            attempts.Note(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
            attempts.Count.ShouldBeLessThanOrEqualTo(FailedAttempts.MostAddresses);
        }
    }

    [Fact]
    public void Attempts_OfOneThatIsLimited_AreKeptOverThoseOfOthers()
    {
        var (attempts, address) = (new FailedAttempts(_clock), IPAddress.Parse("192.0.2.1"));
        for (var i = 0; i < 2 * FailedAttempts.AtOnce; i++)
        {
            attempts.Note(address);
        }

        for (var i = 0; i < 2 * FailedAttempts.MostAddresses; i++)
        {
            attempts.Note(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
        }

        attempts.WaitOf(address).ShouldNotBeNull();
    }

    [Fact]
    public async Task Credentials_OfAnAddressWithTooManyWrongOnes_AreNotLookedAt()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);
        for (var i = 0; i < FailedAttempts.AtOnce; i++)
        {
            (await GetAsync(agent, Wrong, "192.0.2.1")).ShouldBeProblem(401);
        }

        var reply = await GetAsync(agent, Wrong, "192.0.2.1");
        reply.ShouldBeProblem(429);
        reply.Headers["Retry-After"].ShouldBe("6");
        // A right one must not be told from a wrong one.
        (await GetAsync(agent, Viewer, "192.0.2.1")).ShouldBeProblem(429);
        // Probes send none, and come from behind the same address.
        (await agent.GetAsync("/livez", ("X-Forwarded-For", "192.0.2.1"))).Status.ShouldBe(200);
        (await GetAsync(agent, Viewer, "192.0.2.2")).Status.ShouldBe(200);

        agent.Clock.Advance(FailedAttempts.Each);
        (await GetAsync(agent, Viewer, "192.0.2.1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Attempts_OfSeveralAddresses_AreLoggedOnceAndWhenLimited_TwentyAMinute()
    {
        await using var agent = await AccessAgent.StartAsync(Yaml);
        for (var i = 0; i <= FailedAttempts.AtOnce; i++)
        {
            await GetAsync(agent, Wrong, "192.0.2.1");
        }

        Events(agent).ShouldBe(
        [
            "credential from 192.0.2.1 refused: an unknown token",
            "credential from 192.0.2.1 refused: an unknown token; too many, credentials from there get 429 for a while",
        ]);

        for (var i = 0; i < 30; i++)
        {
            await GetAsync(agent, Wrong, $"198.51.100.{i}");
        }

        Events(agent).Count.ShouldBe(20);
        agent.Log.Records.Where(record => record.Category.Contains("Access", StringComparison.Ordinal)
            || record.Category.Contains("Authentication", StringComparison.Ordinal)).ShouldBeEmpty();
        agent.Clock.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(agent, Wrong, "203.0.113.1");
        Events(agent)[^1].ShouldBe("credential from 203.0.113.1 refused: an unknown token; 12 more were not logged");
    }

    private static List<string> Events(AccessAgent agent) =>
        [.. agent.Log.Records.Where(record => record.Id.Name == "health_agent.credential_refused").Select(record => record.Message)];

    private static Task<Reply> GetAsync(AccessAgent agent, string token, string address) =>
        agent.GetAsync("/livez", AccessAgent.Bearer(token), ("X-Forwarded-For", address));
}
