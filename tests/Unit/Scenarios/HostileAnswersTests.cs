using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Answers that are odd in themselves, before anything is captured of them.</summary>
public sealed class HostileAnswersTests
{
    [Theory]
    [InlineData("""{"value":1e400}""", "/next/1e400")]
    [InlineData("""{"value":-0}""", "/next/-0")]
    [InlineData("""{"value":12345678901234567890123}""", "/next/12345678901234567890123")]
    [InlineData("""{"value":true}""", "/next/true")]
    [InlineData("\ufeff{\"value\":\"x\"}", "/next/x")]
    [InlineData("""{"value":"first","value":"last"}""", "/next/last")]
    public async Task Value_ThatIsOdd_IsSentAsItIs(string answer, string path)
    {
        var (record, paths) = await RunAsync(Encoding.UTF8.GetBytes(answer));

        record.Reason.ShouldBeNull();
        string.Join(' ', paths).ShouldBe($"/ {path}");
    }

    [Theory]
    [InlineData("""{"value":"\ud800"}""", "'value' was not found: json $.value has no single value")]
    [InlineData("""{"value":null}""", "'value' was not found: json $.value has no single value")]
    [InlineData("""{"value":{"a":1}}""", "'value' was not found: json $.value has no single value")]
    [InlineData("""{"value":NaN}""", "the body is not JSON")]
    [InlineData("", "the body is empty")]
    public async Task Value_ThatIsNone_FailsTheStep(string answer, string words)
    {
        var (record, paths) = await RunAsync(Encoding.UTF8.GetBytes(answer));

        record.Reason.ShouldNotBeNull().ShouldContain("step 'first' failed: ");
        record.Reason.ShouldContain(words);
        paths.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("""{"value":"a\u0000b"}""")]
    [InlineData("""{"value":"a\r\nb"}""")]
    [InlineData("""{"value":""}""")]
    public async Task Value_ThatNoPathHolds_FailsTheNextStep(string answer)
    {
        var (record, paths) = await RunAsync(Encoding.UTF8.GetBytes(answer));

        record.Reason.ShouldNotBeNull().ShouldStartWith("step 'second' failed: url: what '${steps.first.value}' stands for ");
        paths.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Body_OfTenMegabytes_FailsTheStep()
    {
        var (record, paths) = await RunAsync([.. "{\"value\":\""u8, .. new byte[10 * 1024 * 1024].Select(_ => (byte)'x'), .. "\"}"u8]);

        record.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        record.Reason.ShouldNotBeNull().ShouldStartWith("step 'first' failed: ");
        record.Reason.Length.ShouldBeLessThan(300);
        paths.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Headers_InTheThousands_FailTheStep()
    {
        var (record, paths) = await RunAsync("""{"value":1}"""u8.ToArray(), headers: 10_000);

        record.Reason.ShouldNotBeNull().ShouldStartWith("step 'first' failed: ");
        record.ErrorType.ShouldBe(ErrorType.ResourceExhausted);
        paths.ShouldHaveSingleItem();
    }

    private static async Task<(RunRecord Record, List<string> Paths)> RunAsync(byte[] answer, int headers = 0)
    {
        List<string> paths = [];
        await using var target = await HttpTarget.StartAsync(async context =>
        {
            paths.Add(context.Request.Path.Value!);
            for (var i = 0; i < headers; i++)
            {
                context.Response.Headers[$"X-{i}"] = "some value of some length";
            }

            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(answer);
        });
        var record = await ScenarioSubject.RunAsync($$"""
            timeout: 10s
            steps:
              - { name: first, kind: http, url: "{{target.Url}}", capture: { value: json $.value } }
              - { name: second, kind: http, url: "{{target.Url}}/next/${steps.first.value}" }
            """);
        return (record, paths);
    }
}
