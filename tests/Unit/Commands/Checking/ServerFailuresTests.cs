using System.Text;
using HealthAgent.Unit.Support;
using static HealthAgent.Unit.Commands.Checking.FailingCheck;

namespace HealthAgent.Unit.Commands.Checking;

/// <summary>Why a check fails of a server that takes the connection: a hint must not look for the fault on the way to it.</summary>
public sealed class ServerFailuresTests
{
    [Fact]
    public async Task ServerThatLoads()
    {
        await using var target = TcpTarget.SayingAtOnce("-LOADING Redis is loading the dataset in memory\r\n");

        await FailsAsync(
            Redis(target), "(connection_failed)", "reason: LOADING", "hint: the server takes connections and does not serve this: ",
            "  phases:\n    dns ");
    }

    [Fact]
    public async Task CommandThatIsRefused()
    {
        await using var target = TcpTarget.SayingAtOnce("+PONG\r\n-NOPERM no\r\n-ERR unknown command 'SET'\r\n");

        await FailsAsync(
            Redis(target, "--roundTrip"), "(protocol)", "ERR unknown command 'SET'",
            "hint: the server is the right one, and refuses what it was asked", "    ping ");
    }

    [Fact]
    public async Task AnotherProtocol()
    {
        await using var target = TcpTarget.SayingAtOnce("HTTP/1.1 400 Bad Request\r\n\r\n");

        await FailsAsync(Redis(target), "(protocol)", "hint: something else answers here than expected");
    }

    [Fact]
    public async Task ServerThatHangsAfterAnAnswer()
    {
        await using var target = new TcpTarget(async (stream, stop) =>
        {
            _ = await stream.ReadAsync(new byte[1024], stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("+PONG\r\n"), stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        });

        await FailsAsync(
            Redis(target, "--timeout", "2s"), "(timeout)", "reason: timed out while waiting for the reply to INFO",
            "hint: the target answered until then, and hangs or is slow at this", "    ping ");
    }

    private static string[] Redis(TcpTarget target, params string[] more) =>
        ["--kind", "redis", "--address", $"127.0.0.1:{target.Port}", .. more];
}
