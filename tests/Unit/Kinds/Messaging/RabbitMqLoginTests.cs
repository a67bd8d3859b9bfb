using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Messaging;

/// <summary>How a login at a broker may end before it is answered.</summary>
/// <remarks>Rule: AMQP 0-9-1, sections 4.2.3 and 1.4 (class connection).</remarks>
public sealed class RabbitMqLoginTests
{
    private const byte ConnectionClass = 10, Start = 10, Close = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Login_ThatIsCutOff_IsAResetAndNoWrongPassword(bool isReset)
    {
        await using var broker = Broker((stream, _) =>
        {
            if (isReset)
            {
                stream.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            return Task.CompletedTask;
        });

        var verdict = await JudgeAsync(broker);

        verdict.ErrorType.ShouldBe(ErrorType.ConnectionReset, verdict.Reason);
        verdict.Reason.ShouldNotBeNull().ShouldStartWith("logging in: ");
    }

    [Theory]
    [InlineData(403, "ACCESS_REFUSED - Login was refused", ErrorType.Authentication)]
    [InlineData(530, "NOT_ALLOWED - vhost orders not found", ErrorType.NotFound)]
    [InlineData(530, "NOT_ALLOWED - access to vhost 'orders' refused for user 'u'", ErrorType.Authorization,
        "; it takes rabbitmqctl set_permissions -p / u '^$' '^$' '^$'")]
    [InlineData(406, "PRECONDITION_FAILED - cannot declare queue 'q': queue limit in vhost '/' (0) is reached",
        ErrorType.ResourceExhausted)]
    [InlineData(320, "CONNECTION_FORCED - broker shut down", ErrorType.ConnectionReset)]
    public async Task Login_ThatTheBrokerRefuses_HasItsReason(
        int code, string text, ErrorType errorType, string remedy = "")
    {
        await using var broker = Broker(async (stream, stop) =>
        {
            byte[] reason = [.. Short(code), (byte)text.Length, .. Encoding.UTF8.GetBytes(text), 0, 0, 0, 0];
            await stream.WriteAsync(Method(Close, reason), stop);
            await ReadAsync(stream, stop);
        });

        var verdict = await JudgeAsync(broker);

        (verdict.ErrorType, verdict.Reason).ShouldBe((errorType, text + remedy));
    }

    private static Task<CheckVerdict> JudgeAsync(TcpTarget broker) =>
        CheckRun.JudgeAsync("kind: rabbitmq", $"connectionString: amqp://u:hunter2@127.0.0.1:{broker.Port}/");

    /// <summary>A broker that asks for a login, reads it, and then does this before it closes.</summary>
    private static TcpTarget Broker(Func<NetworkStream, CancellationToken, Task> answer) => new(async (stream, stop) =>
    {
        await ReadAsync(stream, stop);
        await stream.WriteAsync(Method(Start, [0, 9, 0, 0, 0, 0, .. LongText("PLAIN"), .. LongText("en_US")]), stop);
        await ReadAsync(stream, stop);
        await answer(stream, stop);
    });

    private static async Task ReadAsync(NetworkStream stream, CancellationToken stop) =>
        _ = await stream.ReadAsync(new byte[64 * 1024], stop);

    private static byte[] Method(byte method, byte[] arguments) =>
        [1, 0, 0, .. Long(arguments.Length + 4), 0, ConnectionClass, 0, method, .. arguments, 0xCE];

    private static byte[] LongText(string text) => [.. Long(text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Short(int number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Long(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
