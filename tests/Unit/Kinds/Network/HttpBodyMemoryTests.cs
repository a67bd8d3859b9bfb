using System.Text;
using HealthAgent.Memory;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Bodies that do not fit into the first buffer take from the memory of all bodies, and give it back.</summary>
public sealed class HttpBodyMemoryTests
{
    private const int KiB = 1024;

    [Theory]
    [InlineData("expect: body contains END", null)]
    [InlineData("expect: body not contains END", ErrorType.Expectation)]
    [InlineData("expect: 'body matches \"x+END$\"'", null)]
    [InlineData("expect: 'body matches ^END'", ErrorType.Expectation)]
    [InlineData("expect: len(body) == 100003", null)]
    [InlineData("expect: body == xxx", ErrorType.Expectation)]
    [InlineData("expect: body in [xxx, yyy]", ErrorType.Expectation)]
    [InlineData("expect: bodySize == 100003", null)]
    public async Task Text_ThatIsLong_IsJudgedWholeAndGivenBack(string written, ErrorType? errorType)
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 100_000) + "END", "text/plain");
        var memory = new BodyMemory(8 * KiB * KiB);

        var judgement = await JudgeAsync(memory, target, written);

        judgement.ErrorType.ShouldBe(errorType);
        memory.Bodies.Held.ShouldBe(0);
        ((judgement.Observed("body") as string)?.Length ?? 0).ShouldBeLessThan(250);
    }

    [Fact]
    public async Task Text_ThatIsLongAndSecret_IsShownWithoutTheSecret()
    {
        await using var target = await HttpTarget.AnsweringAsync($"echo s3cret-t0ken {new string('x', 100_000)}", "text/plain");
        var judgement = await JudgeAsync(new BodyMemory(8 * KiB * KiB), target, "token: s3cret-t0ken", "expect: body contains END");
        judgement.Observed("body").ShouldBeOfType<string>().ShouldStartWith("echo *** xxx");
        judgement.Reason.ShouldNotBeNull().ShouldStartWith("body contains END: was echo *** xxx");
    }

    [Theory]
    [InlineData("utf-8", 1)]
    [InlineData("iso-8859-1", 1)]
    [InlineData("utf-16", 1)]
    [InlineData("utf-32", 5)]
    public async Task Body_ThatIsLongInAnyCharset_IsTextAndJson(string charset, int memoryMiB)
    {
        var json = $$"""{"pad":"{{new string('ä', 30_000)}}","list":[1,2,3],"status":"Störung"}""";
        var encoding = Encoding.GetEncoding(charset);
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes(json)];
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            context.Response.ContentType = $"application/json; charset={charset}";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        var memory = new BodyMemory(memoryMiB * 4 * KiB * KiB);
        (await JudgeAsync(memory, target,
            "expect: [json $.status == Störung, 'json $.list[-1] == 3', 'len(json $.list) == 3', len(json $.pad) == 30000, "
                + "body contains Störung]"))
            .Reason.ShouldBeNull();
        (memory.Bodies.Held, memory.Documents.Held).ShouldBe((0L, 0L));
    }

    [Theory]
    [InlineData("expect: json $.a == 1", "the body is not JSON (text/plain, status 200)")]
    [InlineData("maxBody: 64KiB, expect: json $.a == 1", "the body exceeds maxBody (64KiB)")]
    public async Task Json_ThatIsLong_FailsAsAShortOneDoes(string written, string reason)
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 100_000), "text/plain");
        var judgement = await JudgeAsync(new BodyMemory(8 * KiB * KiB), target, written.Split(", "));
        judgement.Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Body_ForWhichNoRoomComes_IsNotTheTargetsFault()
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 300 * KiB), "text/plain");
        var memory = new BodyMemory(4 * KiB * KiB);
        await memory.Bodies.TakeAsync(memory.Bodies.Limit - 100, CancellationToken.None);

        var plan = Configured.Plan("interval: 1h", "timeout: 30m", "kind: http", $"url: {target.Url}", "expect: body contains x");
        using var instance = new CheckRun.Instance(plan) { Memory = memory };

        var judgement = await instance.JudgeAsync(Eventually.Is(() => memory.Bodies.IsWaitedFor, "the run waits"));

        judgement.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        judgement.Reason.ShouldBe(
            "timed out waiting for memory for the body: 3MiB needed, 3MiB of agent.memory (4MiB) in use by other runs");
        judgement.Observed("status").ShouldBe(200);
        memory.Bodies.Held.ShouldBe(memory.Bodies.Limit - 100);
    }

    [Fact]
    public async Task Body_ThatWaitsForRoom_IsReadWhenThereIsSome()
    {
        await using var target = await HttpTarget.AnsweringAsync(new string('x', 300 * KiB), "text/plain");
        var memory = new BodyMemory(4 * KiB * KiB);
        await memory.Bodies.TakeAsync(memory.Bodies.Limit, CancellationToken.None);
        var judging = JudgeAsync(memory, target, "timeout: 10s", "expect: len(body) == 307200");
        await Eventually.Is(() => memory.Bodies.IsWaitedFor, "the run waits");
        memory.Bodies.GiveBack(memory.Bodies.Limit);
        (await judging).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Body_BeyondAllMemory_IsReadAsFarAsThereIsSome()
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(new byte[2000 * KiB]);
        });
        var judgement = await JudgeAsync(new BodyMemory(4 * KiB * KiB), target, "maxBody: 64MiB", "expect: body contains END");
        judgement.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        judgement.Reason.ShouldBe("the body exceeds the 1MiB that agent.memory (4MiB) allows");
    }

    [Fact]
    public async Task Bodies_WithoutEnd_ShareTheMemoryOneAfterTheOther()
    {
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * KiB], context.RequestAborted);
            }
        });
        var memory = new BodyMemory(4 * KiB * KiB);
        var runs = Enumerable.Range(0, 6)
            .Select(_ => JudgeAsync(memory, target, "interval: 1m", "timeout: 30s", "maxBody: 64MiB", "expect: body contains END"));
        (await Task.WhenAll(runs))
            .ShouldAllBe(judgement => judgement.Reason == "the body exceeds the 1MiB that agent.memory (4MiB) allows");
        memory.Bodies.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Json_OfWhichTooMuchIsLookedAt_NamesTheMemory()
    {
        var items = string.Join(',', Enumerable.Repeat("1", 50_000));
        await using var target = await HttpTarget.AnsweringAsync($$"""{"items":[{{items}}],"status":"up"}""");
        var memory = new BodyMemory(4 * KiB * KiB);

        (await JudgeAsync(memory, target, "expect: json $.status == up")).Reason.ShouldBeNull();
        var judgement = await JudgeAsync(memory, target, "expect: json $.items contains 2");

        judgement.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        judgement.Reason.ShouldBe("the JSON used by conditions needs 2.38MiB; agent.memory (4MiB) allows 1MiB");
    }

    private static async Task<CheckVerdict> JudgeAsync(BodyMemory memory, HttpTarget target, params string[] lines)
    {
        using var instance = new CheckRun.Instance(Configured.Plan(["kind: http", $"url: {target.Url}", .. lines])) { Memory = memory };
        return await instance.JudgeAsync();
    }
}
