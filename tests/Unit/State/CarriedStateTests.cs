using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.State;

/// <summary>What is known of checks goes over a restart.</summary>
public sealed class CarriedStateTests
{
    private readonly FakeTimeProvider _clock = new(Plans.Start);
    private readonly RecordingListener _events = new();

    [Fact]
    public void Initial_OfTheSamePlan_GoesOnWhereItWas()
    {
        var plan = Plans.Check("db");
        var before = Store(plan);
        Record(before, "PFFF");
        var carried = Carry(before);
        _clock.Advance(TimeSpan.FromSeconds(5));

        var after = Store(carried, plan);

        var (old, now) = (before.Current.Checks[0], after.Current.Checks[0]);
        (now.Status, now.Since, now.Verdict, now.HasVerdict).ShouldBe((CheckStatus.Unhealthy, old.Since, CheckStatus.Unhealthy, true));
        (now.LastReportedStatus, now.Transitions, now.Streak, now.Flaps).ShouldBe((CheckStatus.Unhealthy, 2, old.Streak, old.Flaps));
        now.Executions.Endings.ShouldBe(old.Executions.Endings);
        now.Last.ShouldBeSameAs(old.Last);
        after.Current.FindRollUp("readyz")!.Status.ShouldBe(CheckStatus.Unhealthy);

        _events.Lines.Clear();
        Record(after, "FFP");
        _events.Lines.ShouldBe(["db U>H"]);
        after.Current.Checks[0].Transitions.ShouldBe(3);
    }

    [Fact]
    public void Initial_WithOtherCredentials_KeepsTheStatusUntilTheNextVerdict()
    {
        var plan = Plans.Check("db", failureThreshold: 2);
        var before = Store(plan);
        Record(before, "PF");

        var after = Store(Carry(before), plan with { Fingerprint = Fingerprint.Of(["other"]) });

        after.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy);
        Record(after, "F");
        after.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy, "a fail under other credentials does not count");
    }

    [Fact]
    public void Initial_OfAnotherPlan_StartsOverWithItsCounters()
    {
        var before = Store(Plans.Check("db"));
        Record(before, "PFFF");

        var after = Store(Carry(before), Plans.Check("db"), Plans.Check("new"));

        var state = after.Current.Checks[0];
        (state.Status, state.HasVerdict, state.Last, state.Transitions).ShouldBe((CheckStatus.Unknown, false, null, 2));
        state.Executions.Of(Result.Fail, ErrorType.Timeout).ShouldBe(3);
        after.Current.Checks[1].Executions.Endings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    [InlineData(86400 * 365, true)]
    public void Initial_WhatIsTooOld_IsStaleAtOnce(int seconds, bool stale)
    {
        var plan = Plans.Check("db");
        var before = Store(plan);
        Record(before, "P");
        var carried = Carry(before);
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var after = Store(carried, plan);

        var state = after.Current.Checks[0];
        (state.IsStale, state.Status).ShouldBe((stale, stale ? CheckStatus.Unknown : CheckStatus.Healthy));
        _events.Lines.Clear();
        Record(after, "P");
        after.Current.Checks[0].Status.ShouldBe(CheckStatus.Healthy);
        _events.Lines.ShouldBeEmpty("it was reported healthy, and is");
    }

    [Fact]
    public void Initial_BelowAnUnhealthyParent_IsSuppressedAtOnce()
    {
        CheckPlan[] plans = [Plans.Check("api", dependsOn: "db"), Plans.Check("db", failureThreshold: 1)];
        var before = Store(plans);
        before.Record([new CompletedRun(1, Plans.Outcome('F'), Span: null)]);
        before.Current.Checks[0].SuppressedBy.ShouldBe("db");
        _events.Lines.Clear();

        var after = Store(Carry(before), plans);

        (after.Current.Checks[0].SuppressedBy, after.Current.Checks[0].Status).ShouldBe(("db", CheckStatus.Unknown));
        after.Refresh();
        _events.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Refresh_OfWhatWasHeldBackBeforeTheStart_ReportsItOnce()
    {
        var plan = Plans.Check("db", failureThreshold: 1);
        var before = Store(plan);
        Record(before, "PF");
        CarriedState[] carried = [Carry(before)[0] with { LastReportedStatus = CheckStatus.Healthy }];
        _events.Lines.Clear();

        var after = Store(carried, plan);
        after.Refresh();
        after.Refresh();

        _events.Lines.ShouldBe(["db H>U"]);
    }

    [Fact]
    public void Record_OfAnotherProcess_IsComparedByTheWall()
    {
        var store = Store(Plans.Check("db"), Plans.Check("api", failureThreshold: 1, dependsOn: "db"));
        store.Record([new CompletedRun(0, Plans.Outcome('P') with { StartedAt = Plans.Start }, Span: null)]);
        _clock.Advance(TimeSpan.FromSeconds(20));

        store.Record(
            [new CompletedRun(1, Plans.Outcome('F') with { StartedAt = Plans.Start.AddSeconds(15) }, Span: null)]).Wanted.ShouldBe([0]);
        store.Record([new CompletedRun(0, Plans.Outcome('P') with { StartedAt = Plans.Start.AddSeconds(16) }, Span: null)]);

        _events.Lines.ShouldBe(["db ?>H", "api ?>U"], "db was asked after api began to miss, wherever that was");
    }

    private CarriedState[] Carry(StateStore store) => [.. CarriedState.Of(store.Current, new AgentClock(_clock).Now)];

    private StateStore Store(params CheckPlan[] plans) => Store([], plans);

    private StateStore Store(CarriedState[] carried, params CheckPlan[] plans) =>
        new(Plans.Agent(plans), new AgentClock(_clock), [_events], carried);

    private void Record(StateStore store, string letters)
    {
        foreach (var letter in letters)
        {
            store.Record([new CompletedRun(0, Plans.Outcome(letter) with { StartedAt = _clock.GetUtcNow() }, Span: null)]);
        }
    }
}
