using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

public sealed class AgentOptionsReaderTests
{
    [Fact]
    public void File_WithManyMistakes_TellsThemAllAtOnce() => Configured.Read("""
        agent:
          listen: [http://127.0.0.1:9464, https://0.0.0.0:9464]
          colour: blue
        defaults:
          interval: 15
          retries: 2
        checks:
          - name: orders-api
            kind: http
            url: ftp://orders.internal/health
            timout: 5s
            tier: dependancy
            expect:
              - status = 200
              - latancy < 300ms
            warn: latency > 300
          - name: orders-api
            kind: tcp
            address: orders.internal
            interval: 2s
            timeout: 5s
          - name: Orders DB
            kind: htttp
          - kind: tcp
            address: 127.0.0.1:5432
            labels: { 1st: x }
            retries: many
            retries: 5
          - name: cache
            kind: tcp
            address: cache:${env:CACHE_PORT}
            impact: ${file:/no/such/file}
            group: Big Group
          - just a word
        chekcs: []
        """).Errors.ShouldBe(
    [
        "agent.yaml:2:35: agent.listen: https needs a certificate; write { url: \"https://*:9443\", certificate: FILE, key: FILE }",
        "agent.yaml:3:3: agent.colour: unknown key (valid: concurrency, concurrencyPerHost, drain, history, hosts, labels, listen, memory)",
        "agent.yaml:5:13: defaults.interval: '15' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s",
        "agent.yaml:10:10: checks[orders-api].url: this is not a URL; write http://HOST/PATH or https://HOST/PATH",
        "agent.yaml:11:5: checks[orders-api].timout: unknown key (did you mean 'timeout'?)",
        "agent.yaml:12:11: checks[orders-api].tier: 'dependancy' is not valid (did you mean 'dependency'?)",
        "agent.yaml:14:9: checks[orders-api].expect: '=' is not an operator (did you mean 'status == 200'?)",
        "agent.yaml:15:9: checks[orders-api].expect: 'latancy' is not a value that this kind observes (did you mean 'latency'?)",
        "agent.yaml:16:11: checks[orders-api].warn: '300' is not a duration, such as 300ms",
        "agent.yaml:17:11: checks[orders-api].name: another check, on line 8, has this name; names are unique",
        "agent.yaml:19:14: checks[orders-api].address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432",
        "agent.yaml:21:14: checks[orders-api].timeout: the timeout (5s) must not exceed the interval (2s)",
        "agent.yaml:22:11: checks[Orders DB].name: 'Orders DB' is not a name; use small letters, digits and . _ - after a first letter "
            + "or digit",
        "agent.yaml:23:11: checks[Orders DB].kind: there is no kind 'htttp' (did you mean 'http'?)",
        "agent.yaml:24:5: checks[3].name: 'name' is required",
        "agent.yaml:26:13: checks[3].labels: '1st' is not a label name; use letters, digits and _ . after a first letter",
        "agent.yaml:27:14: checks[3].retries: 'many' is not a whole number from 0 to 100",
        "agent.yaml:28:5: retries: duplicate key; first on line 27",
        "agent.yaml:31:14: checks[cache].address: the environment variable 'CACHE_PORT' is not set; set it, or write "
            + "${env:CACHE_PORT:-default}",
        "agent.yaml:32:13: checks[cache].impact: the file '/no/such/file' does not exist",
        "agent.yaml:33:12: checks[cache].group: 'Big Group' is not a name; use small letters, digits and . _ - after a first letter or "
            + "digit",
        "agent.yaml:34:5: checks[5]: a mapping is expected here",
        "agent.yaml:35:1: chekcs: unknown key (did you mean 'checks'?)",
    ]);

    [Theory]
    [InlineData("", "1:1")]
    [InlineData("# all gone\n", "1:1")]
    [InlineData("~", "1:1")]
    [InlineData("agent: {concurrency: 8}\n", "1:1")]
    [InlineData("agent: {concurrency: 8}\nchecks:\n", "2:8")]
    [InlineData("checks: null", "1:9")]
    public void File_WithoutChecks_IsRefused(string yaml, string where) =>
        Configured.Read(yaml).Errors.ShouldBe(
            [$"agent.yaml:{where}: checks: there are no checks; write some, or 'checks: []' to run none"]);

    [Fact]
    public void File_WithAnEmptyListOfChecks_HasNone()
    {
        var (options, plans, errors) = Configured.Read("checks: []");
        errors.ShouldBeEmpty();
        plans.ShouldBeEmpty();
        options!.Checks.ShouldBeEmpty();
        options.Listen.ShouldBeEmpty();
        options.Labels.ShouldBeEmpty();
        options.Concurrency.ShouldBeNull();
    }

    [Fact]
    public void Keys_ThatBeginWithX_ArePassedOverWhereverKeysAreKnown()
    {
        var (options, plans, errors) = Configured.Read("""
            x-common: &common { kind: http, interval: 30s, x-why: "${env:NONE}" }
            agent: { x-a: 1 }
            defaults: { x-a: [] }
            checks:
              - { <<: *common, name: a, url: "http://h/", tls: { x-a: 1 }, headers: { x-api-key: k3y-value }, labels: { x_a: b } }
            maintenance:
              - { name: m, x-a: 1, checks: [a], cron: "0 2 * * *", duration: 30m }
            """);
        errors.ShouldBeEmpty();
        plans.ShouldHaveSingleItem().Interval.ShouldBe(TimeSpan.FromSeconds(30));
        options!.Checks[0].Settings.Map("headers").Keys.ShouldBe(["x-api-key"]);
        Configured.Read("checks: []\nX-a: 1\nx: 1").Errors.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("checks: [{name: a, kind: self, labels: {team: \"a\\eb\"}}]",
        "agent.yaml:1:40: checks[a].labels: the value of 'team' holds")]
    [InlineData("agent: {labels: {team: \"a\\nb\"}}\nchecks: []", "agent.yaml:1:17: agent.labels: the value of 'team' holds")]
    public void Labels_WithControlCharacters_AreRefused(string yaml, string error) =>
        Configured.Read(yaml).Errors.ShouldHaveSingleItem().ShouldStartWith(error);

    [Theory]
    [InlineData("a", true)]
    [InlineData("0", true)]
    [InlineData("orders-db.eu_1", true)]
    [InlineData("-a", false)]
    [InlineData(".a", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    public void Name_OfACheckOrGroup_HasItsLetters(string name, bool valid)
    {
        Configured.Read($"checks: [{{name: '{name}', kind: tcp, address: 'h:1'}}]").Errors.Count.ShouldBe(valid ? 0 : 1);
        Configured.Read($"checks: [{{name: x, group: '{name}', kind: tcp, address: 'h:1'}}]").Errors.Count.ShouldBe(valid ? 0 : 1);
    }

    [Fact]
    public void Name_OfTwoHundredLetters_IsRefused() =>
        Configured.Read($"checks: [{{name: {new string('a', 200)}, kind: tcp, address: 'h:1'}}]").Errors.Count.ShouldBe(1);

    [Fact]
    public void Name_UsedThrice_IsRefusedTwiceWithTheFirstLine() =>
        Configured.Read("""
            checks:
              - {name: a, kind: tcp, address: "h:1"}
              - {name: a, kind: tcp, address: "h:1"}
              - {kind: tcp, address: "h:1", name: a}
            """).Errors.ShouldBe(
        [
            "agent.yaml:3:12: checks[a].name: another check, on line 2, has this name; names are unique",
            "agent.yaml:4:39: checks[a].name: another check, on line 2, has this name; names are unique",
        ]);

    [Theory]
    [InlineData("interval: 99ms", "interval: 99ms is too short; must be at least 100ms")]
    [InlineData("interval: 31d", "interval: 31d is too long; must be at most 30d")]
    [InlineData("timeout: 0", "timeout: 0 is too short; must be at least 1ms")]
    [InlineData("retryInterval: 1ms", "retryInterval: 1ms is too short; must be at least 10ms")]
    [InlineData("retries: -1", "retries: '-1' is not a whole number from 0 to 100")]
    [InlineData("failureThreshold: 0", "failureThreshold: '0' is not a whole number from 1 to 1000")]
    [InlineData("successThreshold: 1001", "successThreshold: '1001' is not a whole number from 1 to 1000")]
    public void Timing_OutOfBounds_IsRefusedInDefaultsAndChecks(string written, string error)
    {
        Configured.Read($"defaults: {{{written}}}\nchecks: []").Errors.ShouldHaveSingleItem().ShouldEndWith($": defaults.{error}");
        Configured.Read($"checks: [{{name: a, kind: tcp, address: 'h:1', {written}}}]")
            .Errors.ShouldHaveSingleItem().ShouldEndWith($": checks[a].{error}");
    }

    [Fact]
    public void Checks_MoreThanAnAgentRuns_AreRefusedRatherThanDropped()
    {
        var text = "checks:\n" + string.Concat(Enumerable.Repeat("- *a\n", 100_000))
            .Insert(0, "- &a {name: a, kind: tcp, address: 'h:1'}\n");
        Configured.Read(text).Errors[0].ShouldBe("agent.yaml:2:1: checks: 100001 checks are too many; one agent runs 100000 at most");
    }

    [Fact]
    public void Section_ThatIsNoMapping_IsRefused() =>
        Configured.Read("agent: 5\ndefaults: [x]\nchecks: {a: 1}\n").Errors.ShouldBe(
        [
            "agent.yaml:1:8: agent: a mapping is expected here",
            "agent.yaml:2:11: defaults: a mapping is expected here",
            "agent.yaml:3:9: checks: a list is expected here",
        ]);
}
