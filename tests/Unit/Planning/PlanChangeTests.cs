using System.Globalization;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Planning;

/// <summary>What makes a check another one, and what does not.</summary>
public sealed class PlanChangeTests
{
    private const string Check = "checks: [{name: a, kind: tcp, address: 'h:1', labels: {team: x, site: y}}]";

    [Theory]
    [InlineData(Check,
        "# said twice\nchecks:\n  - labels:\n      site: y\n      team: \"x\"\n    address: h:1\n    name: a\n    kind: tcp\n", true)]
    [InlineData(Check, "defaults: {interval: 15s, timeout: 5s, retries: 0, retryInterval: 2s, failureThreshold: 3, successThreshold: 1}\n"
        + Check, true)]
    [InlineData(Check,
        "x-team: &t x\nchecks: [{name: a, kind: tcp, address: 'h:1', labels: {team: *t, site: y}, enabled: true, x-note: new}]", true)]
    [InlineData(Check, "defaults: {interval: 16s}\n" + Check, false)]
    [InlineData(Check, "defaults: {failureThreshold: 4}\n" + Check, false)]
    [InlineData(Check, "checks: [{name: a, kind: tcp, address: 'h:2', labels: {team: x, site: y}}]", false)]
    [InlineData(Check, "checks: [{name: a, kind: tcp, address: 'h:1', labels: {team: xs, ite: y}}]", false)]
    [InlineData("checks: [{name: a, kind: tcp, address: 'h:1', interval: 1m}]",
        "defaults: {interval: 16s}\nchecks: [{name: a, kind: tcp, address: 'h:1', interval: 1m}]", true)]
    [InlineData("checks: [{name: a, kind: http, url: 'http://h/', expect: ['status == 200', 'latency < 1s']}]",
        "checks: [{name: a, kind: http, url: 'http://h/', expect: ['latency < 1s', 'status == 200']}]", false)]
    public void Check_WrittenAgain_IsTheSameIfItMeansTheSame(string before, string after, bool same)
    {
        var (old, next) = (Plan(before), Plan(after));

        var change = PlanChange.Between(old, next.Keeping(old));

        (change.Unchanged, change.Changed.Count).ShouldBe(same ? (1, 0) : (0, 1));
    }

    [Fact]
    public void Check_WithAnotherSecret_IsAnotherAndShowsNeither()
    {
        const string Cache = "checks: [{name: a, kind: redis, address: 'h:1', password: '${env:SECRET}'}]";
        var old = Plans.Agent(Configured.Read(Cache, ("SECRET", "first-secret")).Plans);
        var next = Plans.Agent(Configured.Read(Cache, ("SECRET", "other-secret")).Plans);

        PlanChange.Between(old, next.Keeping(old)).Changed.ShouldBe(["a"]);
        old.Checks[0].Fingerprint.ToString().ShouldNotContain("secret");
    }

    [Theory]
    // Credentials alone.
    [InlineData(
        "kind: redis, address: 'h:1', username: u1, password: p-1", "kind: redis, address: 'h:1', username: u2, password: p-2", true)]
    [InlineData("kind: redis, connectionString: 'redis://u1:p%401@h:1'", "kind: redis, connectionString: 'redis://u2:p%422@h:1'", true)]
    [InlineData("kind: redis, connectionString: 'redis://h:1'", "kind: redis, connectionString: 'redis://:p-2@h:1'", true)]
    [InlineData(
        "kind: redis, connectionString: 'h:1,password=p-1,ssl=true'", "kind: redis, connectionString: 'h:1,password=p-2,ssl=true'", true)]
    [InlineData("kind: postgres, connectionString: 'Host=h;Username=u;Password=p-1'",
        "kind: postgres, connectionString: 'Host=h;Username=u;Password=\"p;2\"'", true)]
    [InlineData(
        "kind: postgres, connectionString: 'postgres://u1:p1@h/db'", "kind: postgres, connectionString: 'postgres://u2:p2@h/db'", true)]
    [InlineData("kind: postgres, connectionString: 'Host=h;Username=one;Password=p-1'",
        "kind: postgres, connectionString: 'Host=h;Username=two;Password=p-2'", true)]
    [InlineData("kind: postgres, connectionString: 'host=h user=one password=p-1'",
        "kind: postgres, connectionString: 'host=h user=two password=p-2'", true)]
    [InlineData(
        "kind: redis, connectionString: 'h:1,user=one,password=p-1'", "kind: redis, connectionString: 'h:1,user=two,password=p-2'", true)]
    [InlineData("kind: rabbitmq, connectionString: 'amqp://u1:p1@h/v'", "kind: rabbitmq, connectionString: 'amqp://u2:p2@h/v'", true)]
    [InlineData("kind: http, url: 'http://h/', token: one", "kind: http, url: 'http://h/', token: two", true)]
    [InlineData("kind: http, url: 'http://h/', headers: {X-Auth: one}", "kind: http, url: 'http://h/', headers: {X-Auth: two}", true)]
    [InlineData("kind: http, url: 'http://h/${env:A_TOKEN}/x'", "kind: http, url: 'http://h/${env:B_TOKEN}/x'", true)]
    // Something else, or something else as well.
    [InlineData("kind: redis, address: 'h:1', password: p-1", "kind: redis, address: 'h:2', password: p-2", false)]
    [InlineData("kind: redis, address: 'h:1', password: p-1", "kind: redis, address: 'h:1', password: p-2, interval: 1h", false)]
    [InlineData("kind: redis, connectionString: 'redis://u:p@h:1'", "kind: redis, connectionString: 'redis://u:p@g:1'", false)]
    [InlineData("kind: postgres, connectionString: 'Host=h;Username=u;Password=p-1'",
        "kind: postgres, connectionString: 'Host=g;Username=u;Password=p-2'", false)]
    [InlineData("kind: http, url: 'http://h/', headers: {Accept: a/b}", "kind: http, url: 'http://h/', headers: {Accept: a/c}", false)]
    [InlineData("kind: http, url: 'http://h/${env:HOOK}/x'", "kind: http, url: 'http://h/${env:OTHER}/x'", false)]
    [InlineData("kind: tcp, address: 'h:1', labels: {username: a}", "kind: tcp, address: 'h:1', labels: {site: a}", false)]
    public void FingerprintWithoutCredentials_OfTwoPlans_IsTheSameWhereOnlyThoseDiffer(string before, string after, bool same)
    {
        CheckPlan Of(string written)
        {
            var configured = Configured.Read(
                $"checks: [{{name: a, {written}}}]", ("A_TOKEN", "first-token"), ("B_TOKEN", "other-token"), ("HOOK", "first-hook"),
                ("OTHER", "other-hook"));
            configured.Errors.ShouldBeEmpty();
            return configured.Plans.ShouldHaveSingleItem();
        }

        var (old, next) = (Of(before), Of(after));

        old.Fingerprint.ShouldNotBe(next.Fingerprint);
        (old.FingerprintWithoutCredentials == next.FingerprintWithoutCredentials).ShouldBe(same);
        old.FingerprintWithoutCredentials.ShouldBe(Of(before).FingerprintWithoutCredentials);
    }

    [Theory]
    [InlineData("Host=h;Username=u;Password=first", "Host=h;Username=u;Password=other", true)]
    [InlineData("Host=h;Username=u;Password=first", "Host=g;Username=u;Password=other", false)]
    public void FingerprintWithoutCredentials_OfAWholeSecretFile_KnowsWhatElseIsInIt(string before, string after, bool same)
    {
        var path = Path.GetTempFileName();
        Fingerprint Of(string content)
        {
            File.WriteAllText(path, content);
            return Configured.Plan("kind: postgres", $"connectionString: ${{file:{path}}}").FingerprintWithoutCredentials;
        }

        (Of(before) == Of(after)).ShouldBe(same);
        File.Delete(path);
    }

    [Fact]
    public void FingerprintWithoutCredentials_OfAUserWithinASetting_IsTheSameOnceItIsMarked()
    {
        List<string> Of(string connection)
        {
            var (settings, _) = Configured.Settings($"connectionString: {connection}");
            settings.AddCredential(connection.Split('=', ';')[3]);
            return [.. settings.CanonicalWithoutCredentials(except: "")];
        }

        Of("Host=h;Username=ada;Database=ada-s").ShouldBe(Of("Host=h;Username=bob;Database=ada-s"));
        Of("Host=h;Username=ada;Database=x").ShouldNotBe(Of("Host=h;Username=ada;Database=y"));
    }

    [Theory]
    [InlineData("cron: '0 2 * * *', duration: 1h", "cron: '0 2 * * *', duration: 60m", true)]
    [InlineData("cron: '0 2 * * *', duration: 1h", "cron: '0 3 * * *', duration: 1h", false)]
    [InlineData("cron: '0 2 * * *', duration: 1h", "cron: '0 2 * * *', duration: 1h, timeZone: Europe/Paris", false)]
    [InlineData("start: 2026-11-28T22:00Z, duration: 1h", "start: 2026-11-28T23:00+01:00, duration: 1h", true)]
    public void Maintenance_WrittenAgain_IsTheSameIfItMeansTheSame(string before, string after, bool same)
    {
        AgentPlan Of(string window)
        {
            var configured = Configured.Read($"{Check}\nmaintenance: [{{name: w, checks: [a], {window}}}]");
            configured.Errors.ShouldBeEmpty();
            return Plans.Agent(configured.Plans) with { Maintenance = configured.Maintenance };
        }

        var (old, next) = (Of(before), Of(after));

        var change = PlanChange.Between(old, next.Keeping(old));

        change.Settings.ShouldBe(same ? [] : ["maintenance"]);
        change.IsNone.ShouldBe(same);
    }

    [Theory]
    [InlineData("kind: tcp", "address: orders:1", "orders")]
    [InlineData("kind: tcp", "address: '[::1]:1'", "::1")]
    [InlineData("kind: http", "url: https://Orders.Example/health", "orders.example")]
    [InlineData("kind: dagu", "url: http://flows:8080", "flows")]
    [InlineData("kind: postgres", "connectionString: Host=db;Username=u", "db")]
    [InlineData("kind: postgres", "connectionString: postgres://u:p@db:5433/orders", "db")]
    [InlineData("kind: redis", "address: cache:6379", "cache")]
    [InlineData("kind: redis", "connectionString: 'cache:6379,ssl=true'", "cache")]
    [InlineData("kind: redis", "connectionString: redis://cache", "cache")]
    [InlineData("kind: rabbitmq", "connectionString: amqp://u:p@queue/", "queue")]
    [InlineData("kind: memory", "interval: 5s", null)]
    public void Host_OfEachKind_IsTheOneItTalksTo(string kind, string settings, string? host) =>
        Configured.Plan(kind, settings).Host.ShouldBe(host);

    [Fact]
    public void DependsOn_AChainThatIsTooLong_IsAMistakeWhereverItBegins()
    {
        var chain = Enumerable.Range(0, 5000)
            .Select(i => $"  - {{ name: c{i}, kind: memory{(i > 0 ? $", dependsOn: [c{i - 1}]" : "")} }}\n").ToList();

        Configured.Read("checks:\n" + string.Concat(chain)).Errors[0]
            .ShouldBe("agent.yaml:34:44: checks[c32].dependsOn: more than 32 checks depend on one another in a row");
        Configured.Read("checks:\n" + string.Concat(chain.AsEnumerable().Reverse())).Errors.ShouldNotBeEmpty();
        Configured.Read("checks:\n" + string.Concat(chain.Take(32))).Errors.ShouldBeEmpty();
        Configured.Read("checks:\n" + string.Concat(chain.Take(32).Reverse())).Errors.ShouldBeEmpty();
    }

    private static AgentPlan Plan(string yaml)
    {
        var configured = Configured.Read(yaml);
        configured.Errors.ShouldBeEmpty(string.Create(CultureInfo.InvariantCulture, $"{yaml}"));
        return Plans.Agent(configured.Plans);
    }
}
