using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Registered;
using HealthAgent.State;
using HealthAgent.Unit.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Unit.Checks;

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

    [Fact]
    public async Task Data_OfAnyKind_BecomesPlainAndShort()
    {
        var document = JsonDocument.Parse("""{"n": 5, "t": "text", "huge": 1e999, "o": {}}""");
        var data = Data(
            ("null", null!), ("long", 5L), ("decimal", 1.5m), ("yes", true), ("nan", double.NaN), ("infinite", float.PositiveInfinity),
            ("span", TimeSpan.FromSeconds(1)),
            ("time", Plans.Start), ("utc", Plans.Start.UtcDateTime), ("text", new string('x', 100_000)), ("nested", Data(("a", 1))),
            ("list", new[] { 1, 2 }),
            ("throws", new Hostile()), ("sequence", new Hostile.Sequence()), ("json.n", document.RootElement.GetProperty("n")),
            ("json.t", document.RootElement.GetProperty("t")),
            ("json.huge", document.RootElement.GetProperty("huge")), ("json.o", document.RootElement.GetProperty("o")),
            ("uri", new Uri("http://h/")), ("day", DayOfWeek.Friday),
            (new string('n', 100_000), 1));

        var judgement = await JudgeAsync(() =>
        {
            var result = HealthCheckResult.Healthy(data: data);
            return result;
        });
        document.Dispose();

        judgement.Result.ShouldBe(Result.Pass);
        judgement.Observations.Where(pair => pair.Name != "latency").Select(pair => $"{pair.Name}={Short(pair.Value)}").ShouldBe(
            [
                "day=Friday", "decimal=1.5", "infinite=Infinity", "json.huge=Infinity", "json.n=5", "json.t=text", "long=5", "nan=NaN",
                $"{new string('n', 100)}=1",
                "span=00:00:01", $"text={new string('x', 240)}…", "throws=cannot be shown: NotSupportedException",
                "time=2026-03-01T12:00:00.0000000+00:00",
                "uri=http://h/", "utc=2026-03-01T12:00:00.0000000Z", "yes=True",
            ],
            ignoreOrder: true);
        judgement.Observed("nan").ShouldBeOfType<string>();
        judgement.Observed("json.n").ShouldBeOfType<double>();
    }

    [Fact]
    public async Task Data_OfAResultThatWasNeverMade_IsNone() =>
        (await JudgeAsync(() => default)).Reason.ShouldBe("the check reports unhealthy");

    [Fact]
    public async Task Numbers_ThatAreMany_AreSeriesForTheFirstSixteenNamesAndStaySo()
    {
        var run = 0;
        var plan = PlanOf(Registration((_, _) => Task.FromResult(HealthCheckResult.Healthy(
            data: Enumerable.Range(0, 20).ToDictionary(
                    i => string.Create(CultureInfo.InvariantCulture, $"{(run == 0 ? "b" : "a")}{i:00}"), object (i) => i,
                    StringComparer.Ordinal)
                .Append(new("b00", 1)).DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal)))));
        await using var services = new ServiceCollection().BuildServiceProvider();
        var check = plan.Registration.Factory(services);

        var first = await RunAsync(check, plan);
        run++;
        var second = await RunAsync(check, plan);

        Numbers(first).ShouldBe(Enumerable.Range(0, 16).Select(i => string.Create(CultureInfo.InvariantCulture, $"b{i:00}")));
        first.Observed("b19").ShouldBe("19");
        Numbers(second).ShouldBe(["b00"]);
        second.Observed("a00").ShouldBe("0");
    }

    [Fact]
    public async Task Data_OfGreatNumber_IsCutOff() =>
        (await JudgeAsync(() => HealthCheckResult.Healthy(
            data: Enumerable.Range(0, 10_000).ToDictionary(i => $"n{i}", object (_) => "x", StringComparer.Ordinal))))
            .Observations.Length.ShouldBe(65);

    [Fact]
    public async Task Data_WithControlCharactersInNamesAndTexts_LosesThemAndStaysUnique()
    {
        var judgement = await JudgeAsync(
            () => HealthCheckResult.Healthy("fine\u001b[0m", Data(("a\0", 1), ("a\u0007", 2), ("text\n", "x\u009b\ud800y"))));
        judgement.Observations.Where(pair => pair.Name != "latency").Select(pair => $"{pair.Name}={Short(pair.Value)}")
            .ShouldBe(["a\ufffd=1", "text=x\ufffd\ufffdy", "description=fine\ufffd[0m"], ignoreOrder: true);
    }

    private static IEnumerable<string> Numbers(CheckVerdict judgement) =>
        judgement.Observations.Where(pair => pair.Value is int).Select(pair => pair.Name).Order(StringComparer.Ordinal);

    private static string Short(object value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static Dictionary<string, object> Data(params (string Name, object Value)[] data) =>
        data.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    private static HealthCheckRegistration Registration(
        Func<HealthCheckContext, CancellationToken, Task<HealthCheckResult>> run, HealthStatus failure = HealthStatus.Unhealthy) =>
        new("Subject", _ => new Check(run), failure, null);

    private static CheckPlan PlanOf(HealthCheckRegistration registration) =>
        Merged.Of(Plans.Agent(), new RegisteredSource(new ApplicationChecks([registration]), new KindIndex(CheckKinds.All)))
            .Checks.ShouldHaveSingleItem();

    private static Task<CheckVerdict> JudgeAsync(Func<HealthCheckResult> run, HealthStatus failure = HealthStatus.Unhealthy) =>
        JudgeAsync(Registration((_, _) => Task.FromResult(run()), failure));

    private static async Task<CheckVerdict> JudgeAsync(HealthCheckRegistration registration)
    {
        using var instance = new CheckRun.Instance(PlanOf(registration));
        return await instance.JudgeAsync();
    }

    private static async Task<CheckVerdict> RunAsync(IHealthCheck check, CheckPlan plan) =>
        CheckVerdict.Of(plan, await check.CheckHealthAsync(
            new HealthCheckContext { Registration = plan.Registration }, CancellationToken.None), TimeSpan.Zero);

    private sealed class Check(Func<HealthCheckContext, CancellationToken, Task<HealthCheckResult>> run) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            run(context, cancellationToken);
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

    private sealed class Hostile
    {
        public override string ToString() => throw new NotSupportedException("not to be shown");

        internal sealed class Sequence : IEnumerable
        {
            public IEnumerator GetEnumerator() => throw new NotSupportedException("not to be walked");
        }
    }
}
