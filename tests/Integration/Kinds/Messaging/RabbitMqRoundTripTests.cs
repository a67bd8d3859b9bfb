using HealthAgent.Integration.Support;
using HealthAgent.State;
using HealthAgent.Unit.Support;
using Testcontainers.RabbitMq;

namespace HealthAgent.Integration.Kinds.Messaging;

/// <summary>Round trips through a real RabbitMQ, by a user who may do no more than the documentation asks for.</summary>
public sealed class RabbitMqRoundTripTests(RabbitMqRoundTripServer rabbit)
    : IClassFixture<RabbitMqRoundTripServer>, IAsyncLifetime
{
    private const int MostRounds = 5;
    private const string Own = @"^amq\.gen", Exchange = @"^amq\.default$", Nothing = "^$";

    public async ValueTask InitializeAsync()
    {
        var isNew = await rabbit.StartAsync(() =>
            new RabbitMqBuilder(TestEnvironment.RabbitMqImage).WithUsername("agent").WithPassword("secret").Build());
        if (isNew)
        {
            await rabbit.ControlAsync("add_user", "probe", "secret");
        }

        await rabbit.ControlAsync("set_permissions", "-p", "/", "probe", Own, Exchange, Own);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task RoundTrip_WithTheRightsOfTheDocumentation_PassesAndLeavesNothing()
    {
        var verdict = await JudgeAsync(rabbit.Port);

        verdict.Reason.ShouldBeNull();
        foreach (var phase in (string[])["declare", "publish", "consume"])
        {
            verdict.Observed(phase).ShouldBeOfType<TimeSpan>();
        }

        await rabbit.ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task RoundTrip_CutOffAtEveryStep_LeavesNothing()
    {
        string[] expected =
        [
            "logging in", "declaring a queue", "publishing a message", "looking for the message in the queue", "consuming the message",
        ];
        List<string> steps = [];
        // What the client writes apart may arrive as one message or as several, so a round can pass over a step.
        for (var round = 0; round < MostRounds && expected.Except(steps, StringComparer.Ordinal).Any(); round++)
        {
            var hasPassed = false;
            for (var last = 1; !hasPassed; last++)
            {
                await using var proxy = new CutProxy(rabbit.Port, last);
                var verdict = await JudgeAsync(proxy.Port);
                hasPassed = verdict.Result == Result.Pass;

                if (hasPassed)
                {
                    continue;
                }

                verdict.ErrorType.ShouldBe(ErrorType.ConnectionReset, $"after message {last}: {verdict.Reason}");
                steps.Add(verdict.Reason!.Split(':')[0]);
            }
        }

        expected.Except(steps, StringComparer.Ordinal).ShouldBeEmpty(string.Join(", ", steps));
        await rabbit.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData(Nothing, Exchange, Own, "declaring a queue: ACCESS_REFUSED")]
    [InlineData(Own, Nothing, Own, "publishing a message: ACCESS_REFUSED")]
    [InlineData(Own, Exchange, Nothing, "consuming the message: ACCESS_REFUSED")]
    public async Task RoundTrip_WithoutARight_SaysWhatIsNeeded(string configure, string write, string read, string reason)
    {
        await rabbit.ControlAsync("set_permissions", "-p", "/", "probe", configure, write, read);

        var verdict = await JudgeAsync(rabbit.Port);

        verdict.ErrorType.ShouldBe(ErrorType.Authorization);
        verdict.Reason.ShouldStartWith(reason);
        verdict.Reason.ShouldEndWith($"; it takes rabbitmqctl set_permissions -p / probe '{Own}' '{Exchange}' '{Own}'");
        await rabbit.ShouldHoldNothingAsync();
    }

    [Theory]
    [InlineData("clear_permissions", "probe", ErrorType.Authorization,
        $"NOT_ALLOWED - access to vhost '/' refused for user 'probe'; it takes rabbitmqctl set_permissions -p / probe "
        + $"'{Own}' '{Exchange}' '{Own}'")]
    [InlineData("set_vhost_limits", """{"max-queues":0}""", ErrorType.ResourceExhausted,
        "declaring a queue: PRECONDITION_FAILED - ")]
    public async Task RoundTrip_ThatTheVirtualHostRefuses_SaysWhy(
        string command, string argument, ErrorType errorType, string reason)
    {
        await rabbit.ControlAsync(command, "-p", "/", argument);
        try
        {
            var verdict = await JudgeAsync(rabbit.Port);

            verdict.ErrorType.ShouldBe(errorType, verdict.Reason);
            verdict.Reason.ShouldStartWith(reason);
            verdict.Observed("version").ShouldNotBeNull();
        }
        finally
        {
            await rabbit.ControlAsync("set_vhost_limits", "-p", "/", """{"max-queues":-1}""");
        }
    }

    [Theory]
    [InlineData(
        """{"max-length":0}""", ErrorType.Expectation, "looking for the message in the queue: it is not there, although it was confirmed")]
    [InlineData(
        """{"message-ttl":0}""", ErrorType.Expectation, "looking for the message in the queue: it is not there, although it was confirmed")]
    [InlineData("""{"max-length":0,"overflow":"reject-publish"}""", ErrorType.ResourceExhausted,
        "publishing a message: the broker refused it (nack)")]
    public async Task RoundTrip_ThroughAQueueThatSwallows_Fails(string policy, ErrorType errorType, string reason)
    {
        await rabbit.ControlAsync("set_policy", "swallow", Own, policy, "--apply-to", "queues");
        try
        {
            var verdict = await JudgeAsync(rabbit.Port);

            verdict.ErrorType.ShouldBe(errorType, verdict.Reason);
            verdict.Reason.ShouldStartWith(reason);
        }
        finally
        {
            await rabbit.ControlAsync("clear_policy", "swallow");
        }
    }

    [Fact]
    public async Task RoundTrip_DuringAnAlarm_SaysSoAndLeavesNothingForAsLongAsItLasts()
    {
        await rabbit.ControlAsync("set_vm_memory_high_watermark", "absolute", "1");
        try
        {
            for (var run = 0; run < 3; run++)
            {
                var verdict = await JudgeAsync(rabbit.Port);

                verdict.ErrorType.ShouldBe(ErrorType.ResourceExhausted, verdict.Reason);
                verdict.Reason.ShouldBe("publishing a message: the broker blocks publishers: low on memory");
            }

            await rabbit.ShouldHoldNothingAsync();
        }
        finally
        {
            await rabbit.ControlAsync("set_vm_memory_high_watermark", "0.6");
        }
    }

    [Fact]
    public async Task RoundTrip_CutOffDuringAnAlarm_LeavesNothingForAsLongAsItLasts()
    {
        await rabbit.ControlAsync("set_vm_memory_high_watermark", "absolute", "1");
        var proxies = new List<CutProxy> { new(rabbit.Port, waits: false) };
        try
        {
            (await JudgeAsync(proxies[0].Port)).ErrorType.ShouldBe(ErrorType.ResourceExhausted);
            for (var last = proxies[0].Messages; last > proxies[0].Messages - 3; last--)
            {
                proxies.Add(new CutProxy(rabbit.Port, last, waits: false));
                (await JudgeAsync(proxies[^1].Port)).Result.ShouldBe(Result.Fail);
            }

            // With the broker's own heartbeat it would notice after half a minute, at the earliest.
            var cut = TimeProvider.System.GetTimestamp();
            await rabbit.ShouldHoldNothingAsync();
            TimeProvider.System.GetElapsedTime(cut).ShouldBeLessThan(TimeSpan.FromSeconds(28));
        }
        finally
        {
            await rabbit.ControlAsync("set_vm_memory_high_watermark", "0.6");
            foreach (var proxy in proxies)
            {
                await proxy.DisposeAsync();
            }
        }
    }

    private static Task<CheckVerdict> JudgeAsync(int port) => CheckRun.JudgeAsync(
        "kind: rabbitmq", $"connectionString: amqp://probe:secret@127.0.0.1:{port}/", "roundTrip: true");
}
