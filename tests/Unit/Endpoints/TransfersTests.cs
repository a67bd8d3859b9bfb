using System.Collections.Concurrent;
using HealthAgent.Endpoints;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>Large answers and clients that do not read them.</summary>
public sealed class TransfersTests
{
    // More than two kernels' buffers take.
    private const int Large = 24 * 1024 * 1024;

    [Fact]
    public async Task Client_ThatDoesNotRead_IsCutOffAfterTheLongestTime()
    {
        await using var agent = await StartAsync();
        using var reader = await SlowReader.AskAsync(agent.Loopback, "/large/0");

        agent.Clock.Advance(Transfers.Longest);

        var (bytes, closed) = await reader.ReadAsync(Large);
        closed.ShouldBeTrue();
        bytes.ShouldBeLessThan(Large);
        agent.Log.Records.Where(record => record.Exception is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_ThatIsSlowWithinTheTime_GetsAllOfIt()
    {
        await using var agent = await StartAsync();
        using var reader = await SlowReader.AskAsync(agent.Loopback, "/large/0");

        agent.Clock.Advance(Transfers.Longest - TimeSpan.FromSeconds(1));

        (await reader.ReadAsync(Large))
            .ShouldSatisfyAllConditions(read => read.Bytes.ShouldBeGreaterThanOrEqualTo(Large), read => read.Closed.ShouldBeFalse());
        // A connection is asked again once the answer before is done with, on the side of the agent as well. What /livez says depends on
        // whether the scheduler has noticed the new time.
        (await reader.AskAsync("/livez")).ShouldStartWith("HTTP/1.1 ");
        await reader.ReadAsync(1); // the rest of it
        agent.Clock.Advance(Transfers.Longest);
        (await reader.AskAsync("/livez")).ShouldStartWith("HTTP/1.1 ");
    }

    [Fact]
    public async Task Answer_ThatIsLarge_IsGivenToTheServerInParts()
    {
        var written = new ConcurrentBag<int>();
        await using var agent = await StartAsync(written);

        (await agent.GetAsync("/large/0")).Body.Length.ShouldBe(Large);

        written.Max().ShouldBeLessThanOrEqualTo(Transfers.Part);
        written.Sum().ShouldBe(Large);
    }

    [Fact]
    public async Task ManyAnswers_WithClientsThatDoNotRead_AbortTheTransferThatBeganFirst()
    {
        await using var agent = await StartAsync();
        using var first = await SlowReader.AskAsync(agent.Loopback, "/large/0");
        using var alike = await SlowReader.AskAsync(agent.Loopback, "/large/0");
        using var second = await SlowReader.AskAsync(agent.Loopback, "/large/1");
        using var third = await SlowReader.AskAsync(agent.Loopback, "/large/2");

        (await first.ReadAsync(Large)).Closed.ShouldBeTrue();
        (await alike.ReadAsync(Large)).Closed.ShouldBeTrue();
        (await second.ReadAsync(Large)).Bytes.ShouldBeGreaterThanOrEqualTo(Large);
        (await third.ReadAsync(Large)).Bytes.ShouldBeGreaterThanOrEqualTo(Large);
        (await agent.GetAsync("/large/3")).Body.Length.ShouldBe(Large, "what was sent holds nothing");
    }

    [Fact]
    public async Task OneAnswer_WithManyClientsThatDoNotRead_IsHeldOnce()
    {
        await using var agent = await StartAsync();
        var readers = new List<SlowReader>();
        for (var i = 0; i < 8; i++)
        {
            readers.Add(await SlowReader.AskAsync(agent.Loopback, "/large/0"));
        }

        foreach (var reader in readers)
        {
            (await reader.ReadAsync(Large)).Bytes.ShouldBeGreaterThanOrEqualTo(Large);
            reader.Dispose();
        }
    }

    /// <summary>An agent with further routes, of answers that are larger than any of its own in a test.</summary>
    private static Task<AgentServer> StartAsync(ConcurrentBag<int>? written = null) =>
        AgentServer.StartAsync(Plans.Agent(Plans.Check("db")) with { Concurrency = 0 }, services =>
            services.AddSingleton<IStartupFilter>(new LargeAnswers(written)));

    private sealed class LargeAnswers(ConcurrentBag<int>? written) : IStartupFilter
    {
        private readonly Answer[] _answers =
            [.. Enumerable.Range(0, 4).Select(i => new Answer(200, "text/plain", Enumerable.Repeat((byte)('a' + i), Large).ToArray()))];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => agent =>
        {
            agent.Use((context, others) =>
            {
                if (!context.Request.Path.StartsWithSegments("/large", StringComparison.Ordinal, out var rest))
                {
                    return others(context);
                }

                if (written is not null)
                {
                    context.Response.Body = new Noting(context.Response.Body, written);
                }

                return _answers[rest.Value![1] - '0'].SendAsync(context);
            });
            next(agent);
        };
    }

    /// <summary>Hands everything on, and notes how much each time.</summary>
    private sealed class Noting(Stream to, ConcurrentBag<int> written) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written.Add(buffer.Length);
            return to.WriteAsync(buffer, cancellationToken);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
