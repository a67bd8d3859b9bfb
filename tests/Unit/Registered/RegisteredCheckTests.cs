using System.Net.Sockets;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthAgent.Unit.Registered.RegisteredSubject;

namespace HealthAgent.Unit.Registered;

public sealed class RegisteredCheckTests
{
    [Fact]
    public async Task Run_OfEach_HasAScopeOfItsOwnThatEndsWithIt()
    {
        var scopes = new List<Scoped>();
        await using var services = new ServiceCollection().AddScoped(_ => new Scoped(scopes)).BuildServiceProvider();
        var outcomes = new Queue<Func<Task<HealthCheckResult>>>(
            [
                () => Task.FromResult(HealthCheckResult.Healthy()), () => throw new InvalidOperationException("no"),
                () => Task.FromResult(HealthCheckResult.Healthy()),
            ]);
        var plan = PlanOf(new HealthCheckRegistration(
            "Subject",
            provider =>
            {
                var scoped = provider.GetRequiredService<Scoped>();
                return new Check((_, _) =>
                {
                    scoped.IsDisposed.ShouldBeFalse();
                    return outcomes.Dequeue()();
                });
            },
            null, null));
        var check = plan.Registration.Factory(services);

        await RunAsync(check, plan);
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(check, plan));
        await RunAsync(check, plan);

        scopes.Count.ShouldBe(3);
        scopes.ShouldAllBe(scope => scope.IsDisposed);
    }

    [Fact]
    public async Task Run_ThatEndsLongAfterItsDeadline_StillEndsItsScope()
    {
        var scopes = new List<Scoped>();
        await using var services = new ServiceCollection().AddScoped(_ => new Scoped(scopes)).BuildServiceProvider();
        var gate = new TaskCompletionSource();
        var plan = PlanOf(new HealthCheckRegistration(
            "Subject",
            provider => (provider.GetRequiredService<Scoped>(), new Check(async (_, _) =>
            {
                await gate.Task;
                return HealthCheckResult.Healthy();
            })).Item2,
            null, null));
        using var deadline = new CancellationTokenSource();

        var run = plan.Registration.Factory(services)
            .CheckHealthAsync(new HealthCheckContext { Registration = plan.Registration }, deadline.Token);
        await deadline.CancelAsync();
        scopes.ShouldHaveSingleItem().IsDisposed.ShouldBeFalse();
        gate.SetResult();

        await Should.ThrowAsync<OperationCanceledException>(() => run);
        scopes.ShouldHaveSingleItem().IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Context_OfARun_HasTheRegistrationAsItWasMade()
    {
        HealthCheckRegistration? seen = null;
        var registration = Registration((context, _) =>
        {
            seen = context.Registration;
            return Task.FromResult(HealthCheckResult.Healthy());
        });

        await JudgeAsync(registration);

        seen.ShouldBeSameAs(registration);
    }

    [Fact]
    public async Task Factory_ThatThrowsOrMakesNothing_IsAFail()
    {
        var throws = await JudgeAsync(
            new HealthCheckRegistration("a", _ => throw new SocketException((int)SocketError.ConnectionRefused), null, null));
        throws.ErrorType.ShouldBe(ErrorType.ConnectionRefused);
        var nothing = await JudgeAsync(new HealthCheckRegistration("a", _ => null!, null, null));
        nothing.Reason.ShouldBe("what is registered makes no check");
        nothing.ErrorType.ShouldBe(ErrorType.Internal);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Unhealthy, "the database is down: refused", Result.Fail)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded, "the database is down: refused", Result.Fail)]
    [InlineData(HealthStatus.Healthy, HealthStatus.Healthy, "the database is down: refused", Result.Fail)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Unhealthy, "the database is down: refused", Result.Fail)]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Degraded, "the database is down", Result.Warn)]
    public async Task Exception_ReturnedAsTheFailureStatus_IsAFailWithItsDataAndWords(
        HealthStatus failure, HealthStatus returned, string reason, Result result)
    {
        var judgement = await JudgeAsync(
            () => new HealthCheckResult(returned, "the database is down", new IOException("outer", new Refused()), Data(("open", 3))),
            failure);
        judgement.Result.ShouldBe(result);
        judgement.Reason.ShouldBe(reason);
        judgement.ErrorType.ShouldBe(result == Result.Fail ? ErrorType.ConnectionRefused : null);
        judgement.Observed("open").ShouldBe(3);
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, null, Result.Fail, "the check reports unhealthy")]
    [InlineData(HealthStatus.Unhealthy, "no", Result.Fail, "no")]
    [InlineData(HealthStatus.Degraded, "so-so", Result.Warn, "so-so")]
    [InlineData(HealthStatus.Healthy, "fine", Result.Pass, null)]
    [InlineData((HealthStatus)7, "seven", Result.Fail, "seven")]
    public async Task Verdict_WithoutAnException_Counts(HealthStatus status, string? description, Result result, string? reason)
    {
        var judgement = await JudgeAsync(() => new HealthCheckResult(status, description));
        judgement.Result.ShouldBe(result);
        judgement.Reason.ShouldBe(reason);
        judgement.ErrorType.ShouldBe(result == Result.Fail ? ErrorType.Expectation : null);
        judgement.Observed("description").ShouldBe(result == Result.Pass ? description : null);
    }

    [Fact]
    public async Task DriverException_OfAKnownDriver_IsClassifiedAsByItsKind() =>
        (await JudgeAsync(() => HealthCheckResult.Unhealthy(
            exception: new Npgsql.PostgresException("no", "FATAL", "FATAL", "28P01")))).ErrorType.ShouldBe(ErrorType.Authentication);

    [Fact]
    public async Task Exception_ThatThrowsWhenItIsRead_IsAFailAllTheSame()
    {
        var judgement = await JudgeAsync(() => throw new Mute());
        judgement.ErrorType.ShouldBe(ErrorType.Internal);
        judgement.Reason.ShouldBe("Mute, which does not tell its message");
        (await JudgeAsync(() => HealthCheckResult.Unhealthy(exception: new Mute()))).ErrorType.ShouldBe(ErrorType.Internal);
    }

    [Fact]
    public async Task Cancellation_CaughtByTheCheckAndReturnedAsAResult_IsThrownAgain()
    {
        using var deadline = new CancellationTokenSource();
        var plan = PlanOf(Registration(async (_, token) =>
        {
            await deadline.CancelAsync();
            return HealthCheckResult.Unhealthy("failed", new OperationCanceledException(token));
        }));
        await using var services = new ServiceCollection().BuildServiceProvider();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            plan.Registration.Factory(services)
                .CheckHealthAsync(new HealthCheckContext { Registration = plan.Registration }, deadline.Token));
    }

    private sealed class Scoped : IAsyncDisposable
    {
        public Scoped(List<Scoped> all) => all.Add(this);

        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }

#pragma warning disable CA1032, CA1064, MA0056, RCS1194 // Exceptions of a test's own.
    private sealed class Refused() : SocketException((int)SocketError.ConnectionRefused)
    {
        public override string Message => "refused";
    }

    private sealed class Mute : Exception
    {
        public override string Message => throw new NotSupportedException("no message");
    }
#pragma warning restore CA1032, CA1064, MA0056, RCS1194
}
