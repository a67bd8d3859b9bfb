using System.IO.Pipes;
using System.Net.Sockets;
using HealthAgent.Files;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Files;

public sealed class RegularFileTests : IDisposable
{
    private readonly WatchedFolder _folder = new();

    public RegularFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "links, pipes and devices as Linux has them");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("content")]
    public async Task File_BehindLinks_IsRead(string content)
    {
        _folder.Write("file", content);
        File.CreateSymbolicLink(_folder["link"], "file");
        File.CreateSymbolicLink(_folder["link to it"], "link");
        (await ReadAsync(_folder["link to it"])).Text.ShouldBe(content);
    }

    [Fact]
    public async Task Pipe_WithoutAWriter_IsRefused()
    {
        WatchedFolder.Run("mkfifo", _folder["pipe"]);
        var read = await ReadAsync(_folder["pipe"]);
        read.Error.ShouldBe("is a pipe; must be a regular file");
        read.Text.ShouldBeNull();
    }

    [Fact]
    public async Task Pipe_ThatAProcessHolds_IsRefusedAndNotDrained()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("kept"u8);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        File.CreateSymbolicLink(_folder["link"], $"/proc/self/fd/{client.SafePipeHandle.DangerousGetHandle()}");
        (await ReadAsync(_folder["link"])).Error.ShouldBe("is a pipe; must be a regular file");
        client.Read(new byte[10]).ShouldBe(4);
    }

    [Theory]
    [InlineData("/dev/zero", "is a device; must be a regular file")]
    [InlineData("/dev/null", "is a device; must be a regular file")]
    [InlineData("/dev", "is a directory; must be a regular file")]
    [InlineData("/no/such/file", "does not exist")]
    [InlineData("/dev/null/file", "does not exist")]
    [InlineData("", "cannot be read: its name is empty or contains NUL")]
    [InlineData("/dev/null\0", "cannot be read: its name is empty or contains NUL")]
    public async Task Path_ToAnythingElse_IsRefused(string path, string error) => (await ReadAsync(path)).Error.ShouldBe(error);

    [Fact]
    public async Task Socket_InAFilesPlace_IsRefused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["s"]));
        (await ReadAsync(_folder["s"])).Error.ShouldBe("is a socket; must be a regular file");
    }

    [Fact]
    public async Task Links_ThatLeadNowhere_AreRefusedWithTheirTarget()
    {
        File.CreateSymbolicLink(_folder["dangling"], "gone");
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");
        (await ReadAsync(_folder["dangling"])).Error.ShouldBe("is a link to 'gone', which does not exist");
        (await ReadAsync(_folder["a"])).Error.ShouldBe("is a circular link");
    }

    [Fact]
    public async Task FileOfTheKernel_ThatWaitsForContent_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/proc/kmsg"), "there is no /proc/kmsg to read here");
        (await ReadAsync("/proc/kmsg")).Text.ShouldBeNull();
    }

    [Fact]
    public async Task Pipe_ThatTakesAFilesPlaceAllTheTime_NeverHoldsUpARead()
    {
        _folder.Write("file", "content");
        WatchedFolder.Run("mkfifo", _folder["pipe"]);
        File.CreateSymbolicLink(_folder["link"], "file");
        using var done = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            for (var turn = 0; !done.IsCancellationRequested; turn++)
            {
                File.CreateSymbolicLink(_folder["next"], turn % 2 == 0 ? "pipe" : "file");
                File.Move(_folder["next"], _folder["link"], overwrite: true);
            }
        });
        for (var read = 0; read < 3000; read++)
        {
            var file = await ReadAsync(_folder["link"]);
            (file.Text ?? file.Error).ShouldBeOneOf("content", "is a pipe; must be a regular file");
        }

        await done.CancelAsync();
        await swapping;
    }

    // On its own thread: a read that waits for a writer would never return.
    private static Task<TextFile> ReadAsync(string path) => Task.Run(() => TextFile.Read(path, 100)).Ends();
}
