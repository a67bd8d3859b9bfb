using System.Text.RegularExpressions;
using HealthAgent.Agent.Commands;
using HealthAgent.Checks;
using HealthAgent.Kinds;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Commands;

public sealed partial class InitCommandTests
{
    private static readonly KindIndex Kinds = new(CheckKinds.All);

    [Fact]
    public async Task Init_InAnEmptyFolder_WritesAConfigurationThatIsValid()
    {
        using var folder = new WatchedFolder();
        await using var init = AgentProcess.Start(["init"], folder.Root);
        (await init.EndAsync()).ShouldBe((0, "agent.yaml is written. Next: health-agent validate, health-agent check --all\n", ""));

        await using var validate = AgentProcess.Start(["validate"], folder.Root);
        (await validate.EndAsync()).ShouldBe((0, "agent.yaml is valid: 3 checks\n", ""));

        await using var check = AgentProcess.Start(["check", "disk"], folder.Root);
        (await check.EndAsync()).ExitCode.ShouldBeLessThan(2);
    }

    [Fact]
    public async Task Init_OverAFile_IsRefusedUnlessForced()
    {
        using var file = new ConfigurationText("checks: []\n");

        var (code, output, errors) = await AgentProcess.RunAsync("init", file.Path);
        (code, output, errors).ShouldBe((73, "", $"{file.Path} is there already; write --force to overwrite it, or another name\n"));
        (await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken)).ShouldBe("checks: []\n");

        (await AgentProcess.RunAsync("init", "--config", file.Path, "--force"))
            .ShouldBe((0, $"{file.Path} is written. Next: "
                + $"health-agent validate --config {file.Path}, health-agent check --all --config {file.Path}\n", ""));
        (await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken)).ShouldBe(Starter.Text);
    }

    [Fact]
    public async Task Init_WithAMisspeltOption_WritesNoFileOfThatName()
    {
        using var folder = new WatchedFolder();
        await using var init = AgentProcess.Start(["init", "--froms-env"], folder.Root);

        (await init.EndAsync())
            .ShouldBe((64, "", "there is no option '--froms-env' (did you mean '--from-env'?); a file of that name is ./--froms-env\n"));
        Directory.GetFiles(folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task Init_OfADirectory_SaysThatItIsOne() => (await AgentProcess.RunAsync("init", Path.GetTempPath()))
        .ShouldBe((73, "", $"{Path.GetTempPath()} is a directory; write the name of a file in it\n"));

    [Fact]
    public async Task Init_WhereNothingCanBeWritten_SaysSo()
    {
        var path = Path.Combine(Path.GetTempPath(), "health-agent-is-not-here", "agent.yaml");

        var (code, output, errors) = await AgentProcess.RunAsync("init", path);

        (code, output).ShouldBe((73, ""));
        errors.ShouldBe($"{path} cannot be written: there is no such directory\n");
    }

    [Fact]
    public async Task Init_ToStandardOutput_PrintsIt() => (await AgentProcess.RunAsync("init", "-")).ShouldBe((0, Starter.Text, ""));

    [Fact]
    public void Starter_WithItsExamplesUncommented_IsValid()
    {
        var examples = Uncommented(Starter.Text);

        var (_, plans, errors) = Configured.Read(examples, ("ORDERS_DB_PASSWORD", "a"), ("RABBITMQ_PASSWORD", "b"));

        errors.ShouldBeEmpty();
        plans.Select(plan => plan.Name).ShouldBe(["agent", "memory", "disk", "orders", "orders-db", "cache", "queue", "orders-api"]);
    }

    [Fact]
    public async Task Init_FromTheEnvironment_RefersToVariablesAndHoldsNoValue()
    {
        (string, string)[] environment =
        [
            ("DATABASE_URL", "postgres://app:s3cret-1@db.internal/orders"), ("REDIS_URL", "rediss://:s3cret-2@cache.internal:6380"),
            ("CLOUDAMQP_URL", "amqps://app:s3cret-3@broker.internal/orders"), ("DAGU_HOST", "dagu.internal"),
            ("DAGU_AUTH_TOKEN", "s3cret-4"),
        ];
        using var file = new ConfigurationText("");
        await using var init = AgentProcess.Start(["init", "--from-env", "--force", file.Path], environment: environment);
        (await init.EndAsync()).ExitCode.ShouldBe(0);

        var text = await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken);
        text.ShouldNotContain("s3cret");
        text.ShouldNotContain(".internal");
        await using var list = AgentProcess.Start(["list", "--config", file.Path], environment: environment);
        var lines = (await list.EndAsync()).Output.Split('\n').Where(line => line.Contains(".internal", StringComparison.Ordinal));
        lines.Select(line => Blanks().Replace(line, " ")).ShouldBe(
        [
            "cloudamqp rabbitmq dependency critical 15s 5s broker.internal - -",
            "database postgres dependency critical 15s 5s db.internal - -",
            "redis redis dependency critical 15s 5s cache.internal - -",
            "dagu dagu dependency critical 15s 5s dagu.internal - -",
        ]);
    }

    [Theory]
    [InlineData("PGHOST=db PGPORT=5433 PGUSER=u PGPASSWORD=p;w PGDATABASE=o PGSSLMODE=verify-full", "postgres: connectionString: "
        + "\"host='${env:PGHOST}' port='${env:PGPORT}' dbname='${env:PGDATABASE}' user='${env:PGUSER}' password='${env:PGPASSWORD}' "
        + "sslmode='${env:PGSSLMODE}'\"")]
    [InlineData("PGUSER=u PGPASSWORD=p", "")]
    [InlineData("DATABASE_URL=postgresql://u:p@h/d POSTGRES_URL=postgresql://u:p@h/d", "database: connectionString: ${env:DATABASE_URL}")]
    [InlineData("DATABASE_URL=mysql://u:p@h/d", "")]
    [InlineData("RABBITMQ_URL=amqp://h AMQP_URL=amqp://g",
        "amqp: connectionString: ${env:AMQP_URL}; rabbitmq: connectionString: ${env:RABBITMQ_URL}")]
    [InlineData("REDIS_URL=redis://h REDIS_HOST=g",
        "redis: connectionString: ${env:REDIS_URL}; redis-2: address: ${env:REDIS_HOST}:${env:REDIS_PORT:-6379}")]
    [InlineData(
        "REDIS_HOST=h REDIS_PASSWORD=abc", "redis: address: ${env:REDIS_HOST}:${env:REDIS_PORT:-6379}, password: ${env:REDIS_PASSWORD}")]
    [InlineData("DAGU_HOST=0.0.0.0 DAGU_PORT=9000", "dagu: url: http://127.0.0.1:${env:DAGU_PORT:-8080}")]
    [InlineData("DAGU_PORT=1 DAGU_BASE_PATH=/d DAGU_AUTH_BASIC_USERNAME=a DAGU_AUTH_BASIC_PASSWORD=b", "dagu: "
        + "url: http://${env:DAGU_HOST:-127.0.0.1}:${env:DAGU_PORT:-8080}${env:DAGU_BASE_PATH}, username: ${env:DAGU_AUTH_BASIC_USERNAME}, "
        + "password: ${env:DAGU_AUTH_BASIC_PASSWORD}")]
    [InlineData("ARGO_WORKFLOWS_URL=http://argo:6060", "argo-workflows: url: ${env:ARGO_WORKFLOWS_URL}")]
    [InlineData("JENKINS_URL=https://ci.example/jenkins", "jenkins: url: ${env:JENKINS_URL}/")]
    [InlineData(
        "JENKINS_URL=https://ci.example/jenkins/ N8N_URL=http://n8n:5678", "jenkins: url: ${env:JENKINS_URL}; n8n: url: ${env:N8N_URL}")]
    [InlineData("_URL=redis://h", "service: connectionString: ${env:_URL}")]
    [InlineData("REDIS_URL=", "")]
    public void Environment_IsFound(string variables, string checks)
    {
        var environment = Of(variables.Split(' '));

        var (options, _, errors) = Configured.Read(Starter.Of(environment, Kinds), [.. environment.Select(pair => (pair.Key, pair.Value))]);

        errors.ShouldBeEmpty();
        string.Join("; ", options!.Checks.Skip(3).Select(check => $"{check.Name}: " + string.Join(", ",
            check.Settings.Written.Entries.Skip(2).Select(entry => $"{entry.Key}: {Quoted(entry.Value.Value)}")))).ShouldBe(checks);
    }

    /// <summary>What does not work is still there to be read, and the rest is valid.</summary>
    [Theory]
    [InlineData("AMQP_URL=amqp://a:p@ss@h/", "AMQP_URL: invalid URL; ")]
    [InlineData("PGHOST=h PGPASSWORD=it's-secret",
        "PGHOST, PGPASSWORD: a quote or backslash in PGPASSWORD ends the value; write a postgres:// URL")]
    [InlineData("REDIS_HOST=h REDIS_PORT=tcp://10.0.0.1:6379", "REDIS_HOST, REDIS_PORT: this is not an address; ")]
    public void Environment_ThatDoesNotWork_IsInACommentWithTheReason(string variables, string comment)
    {
        var environment = Of(variables.Split(' '));

        var text = Starter.Of(environment, Kinds);

        text.ShouldContain($"  # {comment}");
        environment.Values.Where(value => value.Length > 1).ShouldAllBe(value => !text.Contains(value, StringComparison.Ordinal));
        var (_, plans, errors) = Configured.Read(text);
        errors.ShouldBeEmpty();
        plans.Count.ShouldBe(3);
        Configured.Read(Uncommented(text), [.. environment.Select(pair => (pair.Key, pair.Value))]).Options!.Checks.Count.ShouldBe(4);
    }

    [Fact]
    public void Environment_OfWhatNoKindSpeaksTo_IsSaidToBe()
    {
        var environment = Of(
            ["MYSQL_URL=mysql://a:s3cret@h/d", "MONGODB_URI=mongodb+srv://a:s3cret@h/d", "SPRING_URL=jdbc:postgresql://h/d"]);
        var beside = Of(["REDIS_URL=redis://h", "MYSQL_URL=mysql://h"]);

        foreach (var text in (string[])[Starter.Of(environment, Kinds), Starter.Of(beside, Kinds)])
        {
            text.ShouldNotContain("s3cret");
            Configured.Read(text, ("REDIS_URL", "redis://h")).Errors.ShouldBeEmpty();
            Configured.Read(Uncommented(text).Replace("HOST:PORT", "db:3306", StringComparison.Ordinal), ("REDIS_URL", "redis://h"),
                ("ORDERS_DB_PASSWORD", "a"), ("RABBITMQ_PASSWORD", "b")).Plans.ShouldContain(plan => plan.Name == "other");
        }

        Starter.Of(environment, Kinds)
            .ShouldContain("# There is no kind yet for MONGODB_URI (mongodb+srv:), MYSQL_URL (mysql:), SPRING_URL (jdbc:postgresql:).");
    }

    private static string Quoted(YamlNode node) => node is YamlScalar { IsPlain: false } quoted
        ? $"\"{quoted.Value}\""
        : ((YamlScalar)node).Value;

    private static Dictionary<string, string> Of(IEnumerable<string> pairs) =>
        pairs.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static string Uncommented(string yaml) => Commented().Replace(yaml, "${indent}");

    [GeneratedRegex("^(?<indent>  )# (?=- |  )|^# (?=maintenance:$|  - )", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Commented();

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
