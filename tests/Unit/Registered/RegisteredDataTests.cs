using System.Collections;
using System.Globalization;
using System.Text.Json;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthAgent.Unit.Registered.RegisteredSubject;

namespace HealthAgent.Unit.Registered;

/// <summary>What becomes of the data that somebody else's check returns.</summary>
public sealed class RegisteredDataTests
{
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

    private sealed class Hostile
    {
        public override string ToString() => throw new NotSupportedException("not to be shown");

        internal sealed class Sequence : IEnumerable
        {
            public IEnumerator GetEnumerator() => throw new NotSupportedException("not to be walked");
        }
    }
}
