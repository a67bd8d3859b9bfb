using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using HealthAgent.Endpoints;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Scrapes beside each other.</summary>
public sealed class ScrapesTests
{
    private const int Many = 4000;
    private const string Sample = "health_check_transitions_total{";

    [Fact]
    public async Task Scrape_BesideAClientThatDoesNotRead_IsAnswered()
    {
        await using var agent = await AgentServer.StartAsync([.. Enumerable.Range(0, Many).Select(i => Plans.Check($"check-{i}"))]);
        agent.Store.Record([.. Enumerable.Range(0, Many).Select(i => new CompletedRun(i, Plans.Outcome('P'), null))]);
        using var silent = await SlowReader.AskAsync(agent.Loopback, "/metrics");
        agent.Record("check-0", "FFF");
        agent.Clock.Advance(TimeSpan.FromSeconds(1));

        var samples = (await agent.GetAsync("/metrics").Ends()).Body.Split('\n')
            .Where(line => line.StartsWith(Sample, StringComparison.Ordinal)).ToList();

        samples.Count.ShouldBe(Many);
        samples.Single(line => line.Contains("\"check-0\"", StringComparison.Ordinal)).ShouldEndWith(" 2");
        (await silent.ReadAsync(1)).Closed.ShouldBeFalse();
    }

    [Fact]
    public async Task Scrapes_OfOneForm_ShareAnAnswerForAMoment()
    {
        var collections = new Collections();
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent([.. Enumerable.Range(0, Many).Select(i => Plans.Check($"check-{i}"))]) with { Concurrency = 0 },
            services => services.AddSingleton<IMetricsSource>(collections));
        using var first = await SlowReader.AskAsync(agent.Loopback, "/metrics");
        using var second = await SlowReader.AskAsync(agent.Loopback, "/metrics");
        collections.Count.ShouldBe(1);

        agent.Clock.Advance(TimeSpan.FromMilliseconds(300));
        using var later = await SlowReader.AskAsync(agent.Loopback, "/metrics");
        collections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Scrapes_WithAndWithoutCompression_ShareAnAnswer()
    {
        var collections = new Collections();
        await using var agent = await AgentServer.StartAsync(
            Plans.Agent([.. Enumerable.Range(0, Many).Select(i => Plans.Check($"check-{i}"))]) with { Concurrency = 0 },
            services => services.AddSingleton<IMetricsSource>(collections));

        var compressed = await agent.SendAsync(HttpMethod.Get, agent.Loopback, "/metrics", ("Accept-Encoding", "gzip"));
        var refused = await agent.SendAsync(HttpMethod.Get, agent.Loopback, "/metrics", ("Accept-Encoding", "br, gzip;q=0"));
        var plain = await agent.GetAsync("/metrics");

        (collections.Count, compressed.Headers["Content-Encoding"]).ShouldBe((1, "gzip"));
        refused.Headers.ContainsKey("Content-Encoding").ShouldBeFalse();
        refused.Body.ShouldBe(plain.Body);
        plain.Body.Length.ShouldBeGreaterThan(100 * Transfers.Part);
        plain.Headers["Content-Length"].ShouldBe(Encoding.UTF8.GetByteCount(plain.Body).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task FirstScrapeOfAFormat_ReleasesWhatTheExporterOutgrew()
    {
        await using var agent = await AgentServer.StartAsync([.. Enumerable.Range(0, Many).Select(i => Plans.Check($"check-{i}"))]);
        var before = GC.GetGCMemoryInfo(GCKind.FullBlocking).Index;

        await agent.GetAsync("/metrics");

        GC.GetGCMemoryInfo(GCKind.FullBlocking).Index.ShouldBeGreaterThan(before);
    }

    [Theory]
    [InlineData("", "", "text/plain; version=0.0.4; charset=utf-8", null)]
    [InlineData("application/openmetrics-text;version=1.0.0", "",
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores", null)]
    [InlineData("", "gzip", "text/plain; version=0.0.4; charset=utf-8", "gzip")]
    public async Task Scrape_InEachForm_HasTheHeadersOfTheExporterAndALength(string accept, string encoding, string type, string? coding)
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));

        var head = await agent.SendAsync(HttpMethod.Head, agent.Loopback, "/metrics", ("Accept", accept), ("Accept-Encoding", encoding));
        var reply = await agent.GetAsync("/metrics", ("Accept", accept), ("Accept-Encoding", encoding));

        (reply.Status, reply.ContentType, reply.Headers.GetValueOrDefault("Content-Encoding")).ShouldBe((200, type, coding));
        (reply.Headers["Vary"], reply.Headers["Cache-Control"], reply.Headers.ContainsKey("Last-Modified"))
            .ShouldBe(("Accept-Encoding", "no-store", true));
        long.Parse(head.Headers["Content-Length"], CultureInfo.InvariantCulture).ShouldBePositive();
        if (coding is null)
        {
            reply.Body.ShouldStartWith("#");
            reply.Headers["Content-Length"].ShouldBe(Encoding.UTF8.GetByteCount(reply.Body).ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Scrapes_InMoreFormsThanAreRemembered_AreAnsweredInTheirs()
    {
        await using var agent = await AgentServer.StartAsync(Plans.Check("db"));
        for (var i = 0; i < 20; i++)
        {
            (await agent.GetAsync("/metrics", ("Accept", $"application/openmetrics-text;version=1.0.0, x/y{i}")))
                .ContentType!.ShouldStartWith("application/openmetrics-text");
            (await agent.GetAsync("/metrics", ("Accept", $"x/y{i}"))).ContentType!.ShouldStartWith("text/plain");
        }
    }
    /// <summary>Counts how often metrics are collected.</summary>
    private sealed class Collections : IMetricsSource
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void PublishOn(Meter meter) => meter.CreateObservableGauge("collections", () => Interlocked.Increment(ref _count));
    }
}
