using HealthAgent.Agent.Commands;
using HealthAgent.Expectations;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Reference;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Commands;

public sealed class ExpandedCheckTests
{
    public static TheoryData<string> Examples => new(CheckKinds.All.Select(KindReference.ExampleOf));

    [Fact]
    public void Check_WithoutSettings_HasAllDefaults() => Expand("kind: http", "url: http://h/").ShouldBe("""
        name: subject
        kind: http
        enabled: true
        tier: dependency
        impact: critical
        interval: 15s
        timeout: 5s
        retries: 0
        retryInterval: 2s
        failureThreshold: 3
        successThreshold: 1
        url: http://h/
        method: GET
        followRedirects: false
        maxBody: 1MiB
        x-default-expect:
        - status in 200..299

        """);

    [Fact]
    public void Preset_IsTheKindThatItIsMadeOf()
    {
        var expanded = Expand("kind: airflow2", "url: http://h", "expect: json $.scheduler.status in [healthy, starting]");

        expanded.ShouldContain("\nkind: http\nx-preset: airflow2\n");
        expanded.ShouldContain("\nurl: http://h/health\n");
        expanded.ShouldEndWith("""
            expect:
            - status == 200
            - contentType == application/json
            - json $.metadatabase.status == healthy
            - json $.scheduler.status in [healthy, starting]
            warn:
            - json $.triggerer.status == unhealthy
            - json $.dag_processor.status == unhealthy

            """);
    }

    [Theory]
    [InlineData("http://h", "http://h/health")]
    [InlineData("http://h/", "http://h/health")]
    [InlineData("http://h/ci/?a=b", "http://h/ci/health?a=b")]
    [InlineData("http://h/status", "http://h/status")]
    [InlineData("${env:JENKINS}", "${env:JENKINS}health")]
    [InlineData("${env:JENKINS_ROOT}", "${env:JENKINS_ROOT}/health")]
    [InlineData("http://u:hunter2@h", "http://u:***@h/health")]
    public void Url_OfAPreset_IsWhatIsAsked(string written, string expanded) =>
        Expand("kind: jenkins", $"url: {written}").ShouldContain($"\nurl: {expanded}\n");

    [Theory]
    [InlineData("token: hunter2", "token: '***'")]
    [InlineData("token: \"${env:SECRET}\"", "token: \"${env:SECRET}\"")]
    [InlineData("token: ${env:SECRET:-hunter2}", "token: ${env:SECRET:-***}")]
    [InlineData("token: ${env:UNSET:-hunter2}", "token: ${env:UNSET:-***}")]
    [InlineData("token: ${env:UNSET:-${env:SECRET:-hunter2}}", "token: ${env:UNSET:-***}")]
    [InlineData("token: a${env:SECRET}b", "token: '***${env:SECRET}***'")]
    [InlineData("token: $${hunter2}", "token: '***'")]
    [InlineData("headers: {X-Key: hunter2, Accept: text/html}", "headers:\n  X-Key: '***'\n  Accept: text/html")]
    [InlineData("headers: {X-Key: \"${env:SECRET:-hunter2}\"}", "headers:\n  X-Key: \"${env:SECRET:-***}\"")]
    [InlineData("headers: {Authorization: Bearer hunter2}", "headers:\n  Authorization: '***'")]
    [InlineData("headers: {User-Agent: \"${env:NAME:-probe}\"}", "headers:\n  User-Agent: \"${env:NAME:-probe}\"")]
    [InlineData("headers: {User-Agent: \"${env:MY_TOKEN:-hunter2}\"}", "headers:\n  User-Agent: \"${env:MY_TOKEN:-***}\"")]
    [InlineData("body: \"a ${env:NAME:-x}: $${env:NAME}\"", "body: \"a ${env:NAME:-x}: $${env:NAME}\"")]
    public void Secret_IsMaskedAndAReferenceKept(string written, string expanded)
    {
        var text = Expand("kind: http", "url: http://h/", written);

        text.ShouldContain($"\n{expanded}\n");
        text.ShouldNotContain("hunter2");
        text.ShouldNotContain("of-the-environment");
    }

    [Theory]
    [InlineData("postgres://app:hunter2@${env:NAME:-h}/d", "postgres://app:***@${env:NAME:-h}/d")]
    [InlineData("postgres://app:${env:PW:-hunter2}@h/d", "postgres://app:${env:PW:-***}@h/d")]
    [InlineData("postgres://app:${env:SECRET:-hunter2}@h/d", "postgres://app:${env:SECRET:-***}@h/d")]
    [InlineData("Host=h;Username=app;Password=hunter2", "Host=h;Username=app;Password=***")]
    public void Secret_WithinAConnectionString_IsMasked(string written, string expanded)
    {
        var text = Expand("kind: postgres", $"connectionString: {written}");

        text.ShouldContain($"connectionString: {expanded}\n");
        text.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("checks: [{ name: web, kind: dagu, url: http://dagu:8080, tier: liveness }]")]
    [MemberData(nameof(Examples))]
    public void Check_ThatIsPastedExpanded_DoesTheSame(string yaml)
    {
        var (options, plans, _) = Configured.Read(yaml);
        var expanded = ExpandedCheck.Of(options!.Checks[0], plans[0]);

        var pasted = Configured.Read(YamlText.Of(new YamlMap(default, new Dictionary<string, YamlEntry>(StringComparer.Ordinal)
        {
            ["checks"] = new(default, new YamlList(default, [expanded])),
        })));

        pasted.Errors.ShouldBeEmpty();
        Described(pasted.Plans.ShouldHaveSingleItem()).ShouldBe(Described(plans[0]));
    }

    private static string Described(CheckPlan plan) => string.Join(' ',
        plan.Name, plan.Tier, plan.Impact, plan.Interval, plan.Timeout, plan.Retries, plan.RetryInterval, plan.FailureThreshold,
        plan.SuccessThreshold, plan.Host, plan.Objective, Described(plan.Conditions.Expect), Described(plan.Conditions.Warn));

    private static string Described(IEnumerable<Condition> conditions) =>
        string.Join(", ", conditions.Select(condition => $"{condition.Text} {condition.IsDefault}"));

    private static string Expand(params string[] lines)
    {
        var (options, plans, errors) = Configured.Read(
            $"checks:\n  - name: subject\n{string.Concat(lines.Select(line => $"    {line}\n"))}",
            ("SECRET", "of-the-environment"), ("PW", "of-the-environment"), ("JENKINS", "http://ci/"), ("JENKINS_ROOT", "http://ci"));
        errors.ShouldBeEmpty();
        return YamlText.Of(ExpandedCheck.Of(options!.Checks[0], plans[0]));
    }
}
