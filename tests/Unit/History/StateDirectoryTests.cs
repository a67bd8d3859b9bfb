using System.Text;
using HealthAgent.History;
using HealthAgent.Planning;
using HealthAgent.Unit.Support;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.History;

/// <summary>Documents on the disk, and what happens when the disk does not do what it should.</summary>
public sealed class StateDirectoryTests : IDisposable
{
    private const string Document = "document.json";

    private readonly WatchedFolder _folder = new();
    private readonly LoopClock _clock = new();
    private readonly CapturedLog _log = new();

    private string Path => _folder["state"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Save_ThenRead_ByTheNextAgent_IsTheLatest()
    {
        using (var directory = Open())
        {
            directory.Read(Document).ShouldBeNull();
            (await SaveAsync(directory, "first")).ShouldBeTrue();
            (await SaveAsync(directory, "second")).ShouldBeTrue();
        }

        using var next = Open();
        Text(next.Read(Document)).ShouldBe("second");
        Directory.GetFiles(Path).Select(System.IO.Path.GetFileName).ShouldBe([Document, "lock"], ignoreOrder: true);
        _log.Records.ShouldBeEmpty();
    }

    [Fact]
    public async Task Save_WithoutAPath_KeepsNothing()
    {
        using var directory = new StateDirectory(Plans.Agent(), _clock, Logger());

        directory.IsGiven.ShouldBeFalse();
        (await SaveAsync(directory, "first")).ShouldBeFalse();
        directory.Read(Document).ShouldBeNull();
        _log.Records.ShouldBeEmpty();
    }

    [Fact]
    public void Open_OfWhatAnotherAgentUses_IsRefusedByName()
    {
        using var first = Open();

        var refused = Should.Throw<StateInUseException>(Open);

        refused.Message.ShouldBe(
            $"a test: agent.history.path: '{Path}' is in use by process {Environment.ProcessId}; "
            + "stop it, or give each agent a directory of its own");
    }

    [Fact]
    public void Open_AfterAnAgentThatWasKilled_IsNoObstacle()
    {
        Directory.CreateDirectory(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, "lock"), "1");
        File.WriteAllText(System.IO.Path.Combine(Path, Document), "whole");
        File.WriteAllText(System.IO.Path.Combine(Path, Document + ".tmp"), "ha");

        using var directory = Open();

        Text(directory.Read(Document)).ShouldBe("whole");
    }

    [Fact]
    public async Task Files_AreForTheirOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes");
        using var directory = Open();
        await SaveAsync(directory, "first");

#pragma warning disable CA1416 // It was skipped there.
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(System.IO.Path.Combine(Path, Document)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Save_OnAFullDisk_KeepsThePreviousReportsOnceAndIsDoneLater()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        using var directory = Open();
        await SaveAsync(directory, "first");
        var beside = System.IO.Path.Combine(Path, Document + ".tmp");
        File.CreateSymbolicLink(beside, "/dev/full");

        (await SaveAsync(directory, "second")).ShouldBeFalse();
        (await SaveAsync(directory, "third")).ShouldBeFalse();

        Text(directory.Read(Document)).ShouldBe("first");
        directory.IsFailing.ShouldBeTrue();
        var error = _log.Records.ShouldHaveSingleItem();
        error.Level.ShouldBe(LogLevel.Error);
        error.Message.ShouldContain("No space left on device");
        error.Message.ShouldContain("free some space, or choose another path");

        File.Delete(beside);
        await directory.RetryAsync();
        Text(directory.Read(Document)).ShouldBe("third");
        directory.IsFailing.ShouldBeFalse();
        _log.Records.Select(record => record.Level).ShouldBe([LogLevel.Error, LogLevel.Information]);
    }

    [Fact]
    public async Task Save_WhenTheDirectoryVanished_MakesItAgainWithAllThatIsNewer()
    {
        using var directory = Open();
        await SaveAsync(directory, "first");
        Directory.Delete(Path, recursive: true);

        (await SaveAsync(directory, "second")).ShouldBeTrue();

        Text(directory.Read(Document)).ShouldBe("second");
        Should.Throw<StateInUseException>(Open);
    }

    [Fact]
    public async Task Open_WhereNoDirectoryCanBe_GoesOnAndUsesItWhenThereCanBe()
    {
        File.WriteAllText(Path, "a file");
        using var directory = Open();
        directory.Read(Document).ShouldBeNull();
        (await SaveAsync(directory, "first")).ShouldBeFalse();
        _log.Records.ShouldHaveSingleItem().Message.ShouldContain(Path);

        File.Delete(Path);
        await directory.RetryAsync();

        Text(directory.Read(Document)).ShouldBe("first");
    }

    [Fact]
    public async Task Try_OfADiskThatDoesNotAnswer_IsGivenUpAndGoesOn()
    {
        using var directory = Open();
        using var answers = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();

        var first = directory.TryAsync(_ =>
        {
            asked.Set();
            answers.Wait(TestContext.Current.CancellationToken);
        });
        asked.Wait(TestContext.Current.CancellationToken);
        _clock.Advance(StateDirectory.LongestWrite);

        (await first.Ends()).ShouldBeFalse();
        _log.Records.ShouldHaveSingleItem().Message.ShouldContain("did not answer within 5s");
        answers.Set();
        (await SaveAsync(directory, "first").Ends()).ShouldBeTrue();
    }

    private StateDirectory Open() => new(Plan(), _clock, Logger());

    private AgentPlan Plan() => Plans.Agent() with { HistoryPath = Path };

    private ILogger<StateDirectory> Logger() => LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<StateDirectory>();

    private static Task<bool> SaveAsync(StateDirectory directory, string text) =>
        directory.SaveAsync(Document, Encoding.UTF8.GetBytes(text));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
