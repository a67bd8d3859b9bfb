using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Time.Testing;

namespace HealthAgent.Unit.History;

/// <summary>Events on the disk, also where a crash left half of a line.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly WatchedFolder _folder = new();
    private readonly StateStore _store = new(Plans.Agent(Plans.Check("db")), new AgentClock(new FakeTimeProvider(Plans.Start)), []);

    private string Path => _folder[EventFile.Name];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfWhatWasSaved_IsTheSame()
    {
        var ids = Write(5, 3);

        var ring = new EventFile().Load(File.ReadAllBytes(Path));

        Ids(ring).ShouldBe(ids);
        ring.Before.ShouldStartWith("0-");
        ring[2].ShouldSatisfyAllConditions(
            one => one.Name.ShouldBe("health_check.state_changed"),
            one => one.About.ShouldBe(new EventSubject("db", null, Tier.Dependency)),
            one => one.Version.ShouldBe(0));
    }

    [Fact]
    public void Load_OfAFileThatWasCutOffAnywhere_IsAGoodBeginningToWhichMoreIsAdded()
    {
        var ids = Write(8);
        var whole = File.ReadAllBytes(Path);
        var lines = whole.Index().Where(pair => pair.Item == (byte)'\n').Select(pair => pair.Index + 1).ToList();
        for (var length = 0; length <= whole.Length; length++)
        {
            var file = new EventFile();
            File.WriteAllBytes(Path, whole[..length]);
            var ring = file.Load(File.ReadAllBytes(Path));

            var left = Math.Max(0, lines.Count(end => end <= length) - 1);
            Ids(ring).ShouldBe(ids[..left], $"of {length} bytes");

            var log = new EventLog(() => _store, ring, waitsForDisk: true);
            log.OnStarted();
            file.Save(_folder.Root, log);
            var again = new EventFile().Load(File.ReadAllBytes(Path));
            Ids(again).ShouldBe([.. ids[..left], log.LastId], $"of {length} bytes");
        }
    }

    [Fact]
    public void Load_OfAFileInWhichAnyByteChanged_TellsNothingThatWasNotSo()
    {
        Write(6);
        var whole = File.ReadAllBytes(Path);
        var good = new EventFile().Load(whole);
        var known = Enumerable.Range(1, 6).ToDictionary(
            sequence => good[sequence].Id, sequence => good[sequence].Data.ToArray(), StringComparer.Ordinal);
        for (var position = 0; position < whole.Length; position++)
        {
            var changed = (byte[])whole.Clone();
            changed[position] ^= 0x20;

            var ring = new EventFile().Load(changed);

            for (var sequence = ring.First; sequence < ring.Next; sequence++)
            {
                ring[sequence].Sequence.ShouldBe(sequence);
                known.ShouldContainKey(ring[sequence].Id);
                ring[sequence].Data.Span.SequenceEqual(known[ring[sequence].Id]).ShouldBeTrue();
            }

            if (ring.Next - ring.First is > 0 and < 6 && ring.First > 1)
            {
                ring.Find(EventRing.IdOf(ring.First - 1, "")).ShouldNotBeNull("nobody has this id");
                ring.Find(good[ring.First - 1].Id).ShouldBeNull("what is missing before is not known");
            }
        }
    }

    [Fact]
    public void Save_ManyTimes_KeepsTheFileBoundedAndTheLatest()
    {
        var (file, log) = Start();
        var plan = _store.Current.Plan;
        var change = PlanChange.Between(plan, plan) with { Settings = [new string('x', 100_000)] };
        for (var i = 0; i < 400; i++)
        {
            log.OnReloaded("a test", change, Plans.Start);
            file.Save(_folder.Root, log);
            new FileInfo(Path).Length.ShouldBeLessThan(EventFile.Largest + 200_000);
        }

        var ring = new EventFile().Load(File.ReadAllBytes(Path));
        ring.LastId.ShouldBe(log.LastId);
        (ring.Next - ring.First).ShouldBeGreaterThan(70);
    }

    [Theory]
    [InlineData("vanished")]
    [InlineData("shorter")]
    [InlineData("longer")]
    public void Save_OfAFileThatSomebodyChanged_WritesAllOfItAgain(string how)
    {
        var (file, log) = Start();
        log.OnStarted();
        file.Save(_folder.Root, log);
        switch (how)
        {
            case "vanished":
                File.Delete(Path);
                break;
            case "shorter":
                File.WriteAllText(Path, "");
                break;
            default:
                File.AppendAllText(Path, "more\n");
                break;
        }

        log.OnStarted();
        file.Save(_folder.Root, log);

        Ids(new EventFile().Load(File.ReadAllBytes(Path))).ShouldBe([.. log.After(0).Events.Select(one => one.Id)]);
    }

    [Fact]
    public void Save_AfterADiskThatWasFull_HasAllThatIsInMemory()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        var (file, log) = Start();
        log.OnStarted();
        file.Save(_folder.Root, log);
        var kept = File.ReadAllBytes(Path);
        File.Delete(Path);
        File.CreateSymbolicLink(Path, "/dev/full");
        File.CreateSymbolicLink(Path + ".tmp", "/dev/full");
        log.OnStarted();
        Should.Throw<IOException>(() => file.Save(_folder.Root, log)).Message.ShouldContain("No space left");

        File.Delete(Path);
        File.Delete(Path + ".tmp");
        File.WriteAllBytes(Path, kept[..^3]);
        log.OnStarted();
        file.Save(_folder.Root, log);

        Ids(new EventFile().Load(File.ReadAllBytes(Path))).ShouldBe([.. log.After(0).Events.Select(one => one.Id)]);
    }

    private (EventFile File, EventLog Log) Start()
    {
        var file = new EventFile();
        return (file, new EventLog(() => _store, file.Load(null), waitsForDisk: true));
    }

    /// <summary>Writes events in batches of these sizes; their ids.</summary>
    private string[] Write(params int[] batches)
    {
        var (file, log) = Start();
        var transition = new Transition(
            _store.Current.Plan.Checks[0], CheckStatus.Healthy, CheckStatus.Unhealthy, Plans.Start, TimeSpan.Zero, "a \"reason\" ü", null);
        foreach (var batch in batches)
        {
            for (var i = 0; i < batch; i++)
            {
                log.OnTransition(transition);
            }

            file.Save(_folder.Root, log);
        }

        return [.. log.After(0).Events.Select(one => one.Id)];
    }

    private static string[] Ids(EventRing ring)
    {
        var ids = new List<string>();
        for (var sequence = ring.First; sequence < ring.Next; sequence++)
        {
            ids.Add(ring[sequence].Id);
        }

        return [.. ids];
    }
}
