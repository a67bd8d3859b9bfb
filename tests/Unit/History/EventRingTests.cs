using System.Text;
using HealthAgent.History;

namespace HealthAgent.Unit.History;

public sealed class EventRingTests
{
    private readonly EventRing _ring = new("0-first");

    [Fact]
    public void Ring_OfNothing_IsAtItsBeginning()
    {
        (_ring.First, _ring.Next, _ring.LastId).ShouldBe((1, 1, "0-first"));
        _ring.Find("0-first").ShouldBe(0);
        _ring.Find("0-other").ShouldBeNull();
        _ring.Find("1-run").ShouldBeNull();
    }

    [Fact]
    public void Add_OfMoreThanItKeeps_ForgetsTheOldest()
    {
        Add(EventRing.Most + 3, size: 1);

        (_ring.First, _ring.Next, _ring.Before).ShouldBe((4, EventRing.Most + 4, "3-run"));
        for (var sequence = _ring.First; sequence < _ring.Next; sequence++)
        {
            _ring[sequence].Sequence.ShouldBe(sequence);
        }

        _ring.Find("3-run").ShouldBe(3);
        _ring.Find("2-run").ShouldBeNull();
        _ring.Find($"{EventRing.Most + 3}-run").ShouldBe(EventRing.Most + 3);
        _ring.Find($"{EventRing.Most + 4}-run").ShouldBeNull();
        _ring.Find("5-another").ShouldBeNull();
    }

    [Fact]
    public void Add_OfWhatIsLarge_KeepsNoMoreThanItsMemory()
    {
        Add(20, size: (int)EventRing.MostBytes / 8);

        (_ring.Next - _ring.First).ShouldBe(7);
        _ring[_ring.First].Id.ShouldBe(EventRing.IdOf(14, "run"));

        Add(1, size: (int)EventRing.MostBytes);
        (_ring.First, _ring.Next).ShouldBe((21, 22), "the latest is kept in any case");
    }

    private void Add(int count, int size)
    {
        for (var i = 0; i < count; i++)
        {
            var data = Encoding.ASCII.GetBytes(new string('x', size));
            _ring.Add(new AgentEvent(_ring.Next, EventRing.IdOf(_ring.Next, "run"), "name", null, data));
        }
    }
}
