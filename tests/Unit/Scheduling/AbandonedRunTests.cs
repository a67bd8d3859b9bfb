using System.Net;
using System.Net.Sockets;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Scheduling;

/// <summary>A run that ignores its token is abandoned, and what it holds is let go of.</summary>
public sealed class AbandonedRunTests
{
    [Fact]
    public async Task Run_ThatIgnoresItsToken_HasItsSocketClosedAndItsTaskEnded()
    {
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var made = new List<Stubborn>();
        var clock = new LoopClock();
        var plan = Plans.Check(interval: TimeSpan.FromSeconds(10), make: _ =>
        {
            made.Add(new Stubborn((IPEndPoint)target.LocalEndpoint));
            return made[^1];
        });
        await using var harness = new WorkerHarness(Plans.Agent(plan), clock);
        await harness.Worker.StartAsync(TestContext.Current.CancellationToken);
        using var peer = await target.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await Eventually.Is(() => made.Count == 1 && made[0].IsReading, "the run hangs on its socket");

        clock.Advance(TimeSpan.FromSeconds(1.25));

        await ClosedAsync(peer).Ends();
        await made[0].Ended.Task.Ends();
        await Eventually.Is(() => harness.Store.Current.Checks[0].Last is not null, "it is reported");
        var judgement = harness.Store.Current.Checks[0].Last!.Verdict;
        (judgement.ErrorType, judgement.Reason).ShouldBe(
            (ErrorType.Timeout, "no answer within 1s; the check did not respond to cancellation"));

        // Nothing hangs any more, so the next run is a run, of a new check.
        await harness.AdvanceUntilAsync(() => made.Count == 2, "the next run begins");
    }

    [Fact]
    public void Run_ThatIgnoresItsDeadline_IsAbandonedAndNotStartedBesideItself()
    {
        using var harness =
            new SchedulerHarness(Plans.Agent(Plans.Check("hangs", failureThreshold: 1), Plans.Check("other")) with { Concurrency = 1 })
            .With("hangs", "AP").Begin();

        harness.Advance(1.249);
        harness.Starts("other").ShouldBeEmpty();
        harness.Advance(0.001);
        harness.Statuses.ShouldBe("UH", "its slot is free for others once it is abandoned");
        harness.Disposed.ShouldBe(["hangs"]);

        // As long as it hangs, what is due counts as a fail and nothing is started.
        harness.Advance(33.75);
        harness.Starts("hangs").ShouldBe([0]);
        harness.Skipped.ShouldBe(3, "at 10, 20 and 30 seconds");
        harness.Statuses.ShouldBe("UH");
        harness.Starts("other").ShouldBe([1.25, 10, 20, 30]);
        harness.Disposed.ShouldBe(["hangs"]);

        harness.EndAbandoned("hangs");
        harness.Advance(10);
        harness.Starts("hangs").ShouldBe([0, 40]);
        harness.Statuses.ShouldBe("HH");
    }

    /// <summary>Ends when the other side closes the connection, in whichever way.</summary>
    private static async Task ClosedAsync(TcpClient peer)
    {
        try
        {
            (await peer.GetStream().ReadAsync(new byte[1])).ShouldBe(0);
        }
        catch (IOException)
        {
            // It was reset, since nobody reads it any more.
        }
    }

    private sealed class Stubborn(IPEndPoint target) : IHealthCheck, IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

        public bool IsReading { get; private set; }

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await _socket.ConnectAsync(target, CancellationToken.None);
                IsReading = true;
                await _socket.ReceiveAsync(new byte[1], CancellationToken.None);
                return HealthCheckResult.Healthy();
            }
            finally
            {
                Ended.TrySetResult();
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
