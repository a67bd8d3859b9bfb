using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Http;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.State;

/// <summary>What is written of a run and of a check's state is read as it was.</summary>
public sealed class RunRecordJsonTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 0, 12], Gen.Const("Zürich \"北京\" 🙂"));
    private static readonly Gen<DateTimeOffset> Times = Gen.Long[0, 4_000_000_000_0000000]
        .Select(ticks => DateTimeOffset.UnixEpoch.AddTicks(ticks));
    private static readonly Gen<TimeSpan> Spans = Gen.Long[-1_000_000_000_000, 1_000_000_000_000].Select(ticks => new TimeSpan(ticks));
    private static readonly Gen<object> Numbers =
        Gen.OneOf(Gen.Int.Select(object (n) => n), Gen.Long.Select(object (n) => n), Gen.Double.Select(object (n) => n));

    private static readonly Gen<Observation> Observations = Gen.Enum<ObservationMeaning>().SelectMany(meaning => Gen.Select(
        Texts,
        meaning switch
        {
            ObservationMeaning.Latency or ObservationMeaning.Phase or ObservationMeaning.Duration => Spans.Select(object (span) => span),
            ObservationMeaning.Time or ObservationMeaning.CertificateEnd => Times.Select(object (time) => time),
            ObservationMeaning.Boolean => Gen.Bool.Select(object (truth) => truth),
            ObservationMeaning.Text => Texts.Select(object (text) => text),
            _ => Numbers,
        },
        (name, value) => Observation.Of(name, meaning, value)));

    private static readonly Gen<EvaluatedCondition> Conditions = Gen.Select(
        Texts, Gen.Bool, Gen.Bool, Gen.Enum<Verdict>(), Gen.OneOf(
            Texts.Select((ObservedType, object?) (text) => (ObservedType.Text, text)),
            Spans.Select((ObservedType, object?) (span) => (ObservedType.Duration, span)),
            Gen.Int.Select((ObservedType, object?) (number) => (ObservedType.Percent, number)),
            Gen.Const<(ObservedType, object?)>((default, null))),
        (text, expects, applies, verdict, seen) => new EvaluatedCondition(text, expects, applies, verdict, seen.Item1, seen.Item2));

    private static readonly Gen<StepRecord> Steps = Gen.Select(
        Texts, Gen.Enum<StepOutcome>(), Gen.Enum<ErrorType>().Nullable(), Texts.Null(), Gen.Select(Spans, Gen.Bool, Gen.Int[0, 9]),
        Observations.Array[0, 3], Conditions.Array[0, 2],
        (name, outcome, error, reason, run, observations, conditions) => new StepRecord(
            name, "http", outcome, error, reason, run.Item1, run.Item2, run.Item3, [.. observations], [.. conditions]));

    private static readonly Gen<RunRecord> Records = Gen.Select(
        Gen.Enum<Result>(), Gen.Enum<ErrorType>().Nullable(), Texts.Null(), Observations.Array[0, 6], Conditions.Array[0, 4],
        Gen.Select(Times, Spans, Gen.Bool), Steps.Array[0, 3],
        (result, error, reason, observations, conditions, when, steps) => new RunRecord(
            new CheckVerdict(result, error, reason, [.. observations], [.. conditions]) { Steps = [.. steps] }, when.Item1, when.Item2,
            when.Item3 ? ActivityTraceId.CreateRandom() : default, when.Item3 ? ActivitySpanId.CreateRandom() : default));

    private static readonly Gen<CarriedState> States = Gen.Select(
        Gen.Select(Texts, Gen.ULong, Gen.ULong, Gen.Enum<CheckStatus>(), Gen.Enum<CheckStatus>()),
        Gen.Select(Times, Times, Times, Times.Nullable()),
        Gen.Select(Gen.Int[0, 9], Gen.UInt[0, 1u << 19], Gen.Enum<Result>().Nullable(), Gen.Bool, Gen.Long[0, long.MaxValue]),
        Records.Null(),
        (what, when, history, last) => new CarriedState
        {
            Name = what.Item1,
            Fingerprint = new(((UInt128)what.Item2 << 64) + what.Item3),
            FingerprintWithoutCredentials = new(what.Item2),
            Status = what.Item4,
            LastReportedStatus = what.Item5,
            Since = when.Item1,
            AwaitedSince = when.Item2,
            LastReportedAt = when.Item3,
            MissesSince = when.Item4,
            HasVerdict = history.Item4,
            IsFlapping = !history.Item4,
            Streak = new Streak(history.Item1, 0, history.Item1, 1),
            Flaps = new FlapHistory(history.Item2, history.Item3),
            Transitions = history.Item5,
            Executions = [new(Result.Fail, ErrorType.Dns, history.Item5), new(Result.Pass, null, 3)],
            Last = last,
        });

    [Fact]
    public void Record_WrittenAndRead_IsTheSame() => Records.Sample(record =>
    {
        var read = RunRecordJson.Read(Written(json => RunRecordJson.Write(json, record)));
        ShouldBeTheSame(read, record);
    });

    [Fact]
    public void State_WrittenAndRead_IsTheSame() => States.Sample(state =>
    {
        var read = CarriedStateJson.Read(Written(json => CarriedStateJson.Write(json, state)));
        (read with { Executions = [], Last = null }).ShouldBe(state with { Executions = [], Last = null });
        read.Executions.ShouldBe(state.Executions);
        (read.Last is null).ShouldBe(state.Last is null);
        if (read.Last is not null)
        {
            ShouldBeTheSame(read.Last, state.Last!);
        }
    });

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"outcome":"maybe","startedAt":"2026-03-01T12:00:00Z","duration":1,"observations":[],"conditions":[]}""")]
    [InlineData(
        """{"outcome":"fail","errorType":"odd","startedAt":"2026-03-01T12:00:00Z","duration":1,"observations":[],"conditions":[]}""")]
    [InlineData("""{"outcome":"pass","startedAt":"2026-03-01T12:00:00Z","duration":1e28,"observations":[],"conditions":[]}""")]
    [InlineData("""{"outcome":"pass","startedAt":"then","duration":1,"observations":[],"conditions":[]}""")]
    [InlineData(
        """{"outcome":"pass","startedAt":"2026-03-01T12:00:00Z","duration":1,"""
        + """ "observations":[{"name":"a","meaning":"phase","value":"x"}],"conditions":[]}""")]
    [InlineData("""{"outcome":"pass","startedAt":"2026-03-01T12:00:00Z","duration":1,"observations":[],"conditions":[],"steps":[{}]}""")]
    public void Read_WhatIsNoRecord_IsRefused(string text)
    {
        using var json = JsonDocument.Parse(text);

        Should.Throw<JsonException>(() => RunRecordJson.Read(json.RootElement));
        Should.Throw<JsonException>(() => CarriedStateJson.Read(json.RootElement));
    }

    [Fact]
    public void Observation_OfAKind_HasTheMeaningThatItDeclares()
    {
        ObservationMeaning Of(string name, object value) => new Observation(HttpCheck.Kind.FindValue(name), name, value).Meaning;

        Of("connect", TimeSpan.Zero).ShouldBe(ObservationMeaning.Phase);
        Of("latency", TimeSpan.Zero).ShouldBe(ObservationMeaning.Latency);
        Of("certificate.expiresIn", TimeSpan.Zero).ShouldBe(ObservationMeaning.Duration);
        Of("certificate.notAfter", Plans.Start).ShouldBe(ObservationMeaning.CertificateEnd);
        Of("chain.notAfter", Plans.Start).ShouldBe(ObservationMeaning.Time);
        Of("bodySize", 1).ShouldBe(ObservationMeaning.Size);
        Of("status", 200).ShouldBe(ObservationMeaning.Number);
        Of("body", "ok").ShouldBe(ObservationMeaning.Text);
        Of("nobody.knows", true).ShouldBe(ObservationMeaning.Boolean);
    }

    private static void ShouldBeTheSame(RunRecord read, RunRecord record)
    {
        (read.Result, read.ErrorType, read.Reason).ShouldBe((record.Result, record.ErrorType, record.Reason));
        (read.StartedAt, read.Duration, read.TraceId, read.SpanId)
            .ShouldBe((record.StartedAt, record.Duration, record.TraceId, record.SpanId));
        read.Verdict.Observations.ShouldBe(record.Verdict.Observations);
        read.Verdict.Conditions.ShouldBe(record.Verdict.Conditions);
        read.Verdict.Steps.Length.ShouldBe(record.Verdict.Steps.Length);
        foreach (var (step, written) in read.Verdict.Steps.Zip(record.Verdict.Steps))
        {
            step.Observations.ShouldBe(written.Observations);
            step.Conditions.ShouldBe(written.Conditions);
            (step with { Observations = [], Conditions = [] }).ShouldBe(written with { Observations = [], Conditions = [] });
        }
    }

    private static JsonElement Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
