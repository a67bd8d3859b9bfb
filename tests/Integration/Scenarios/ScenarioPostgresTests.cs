using System.Text;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Integration.Support;
using HealthAgent.Kinds.Databases;
using HealthAgent.Settings;
using HealthAgent.State;
using HealthAgent.Unit.Scenarios;
using HealthAgent.Unit.Support;
using HealthAgent.Yaml;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration.Scenarios;

/// <summary>What a step captured goes to a real PostgreSQL as a parameter, whatever it holds.</summary>
public sealed class ScenarioPostgresTests(ScenarioPostgresTests.Server postgres)
    : IClassFixture<ScenarioPostgresTests.Server>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (await postgres.StartAsync())
        {
            await postgres.SqlAsync(
                "create table orders (id bigint primary key, note text); insert into orders values (42, 'it''s'), (43, 'other')");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("it's", 1)]
    [InlineData("'; drop table orders; --", 0)]
    [InlineData("' or '1'='1", 0)]
    [InlineData("it\\'s", 0)]
    [InlineData("$$ it's $$", 0)]
    [InlineData("@captured_0", 0)]
    [InlineData("a\nb", 0)]
    [InlineData("", 0)]
    public async Task Query_WithACapturedText_ComparesIt(string text, int found)
    {
        var record = await RunAsync(text, "select count(*) from orders where note = ${steps.first.text}", $"value == {found}");

        record.Reason.ShouldBeNull();
        (await postgres.SqlAsync("select count(*) from orders")).ShouldBe("2");
    }

    [Theory]
    [InlineData("42", "select count(*) from orders where id = ${steps.first.text}", "value == 1")]
    [InlineData("42", "select count(*) from orders where id in (${steps.first.text}, 43)", "value == 2")]
    [InlineData("42", "select ${steps.first.text}::int + 1", "value == 43")]
    [InlineData("42", "select ${steps.first.text}", "text == ${steps.first.text}")]
    [InlineData("42", "select note from orders where id=${steps.first.text} and id = ${steps.first.text} -- it's", "text == it's")]
    [InlineData("42", "select length('probe-' || ${run.id}) + ${run.timestamp}::bigint - ${run.timestamp}::bigint", "value == 42")]
    [InlineData("42", "select count(*) from orders where note <> '@captured' and id = ${steps.first.text}", "value == 1")]
    public async Task Query_WithACapturedValue_HasTheTypeOfItsPlace(string text, string query, string expect) =>
        (await RunAsync(text, query, expect)).Reason.ShouldBeNull();

    [Fact]
    public async Task Query_WithATextThatIsNoNumber_FailsAndKeepsItSecret()
    {
        var record = await RunAsync("no-number-1", "select count(*) from orders where id = ${steps.first.text}", "value == 1");

        record.ErrorType.ShouldBe(ErrorType.Protocol);
        record.Reason.ShouldNotBeNull().ShouldContain("***");
        record.Reason.ShouldNotContain("no-number-1");
    }

    [Fact]
    public async Task Query_WithGeneratedTexts_IsGivenEachAsItIs()
    {
        var (settings, errors) = Configured.Settings(
            $"connectionString: {postgres.ConnectionString}\nquery: \"select 'a' || ${{steps.a.b}} || $$'$$ -- it's\"");
        settings.Declare(PostgresSettings.All);
        settings.Allow(Sample);
        _ = Read(settings);
        errors.ToLines().ShouldBeEmpty();
        PostgresSession? open = null;
        foreach (var text in HostileValues.Texts())
        {
            var refusals = new ConfigurationErrors("step");
            var bound = Read(settings.With(Find, refusals));
            refusals.Any.ShouldBe(text.Contains('\0', StringComparison.Ordinal));
            if (!refusals.Any)
            {
                open ??= (await new PostgresOpening(bound, TimeSpan.FromMinutes(5), TimeProvider.System).OpenAsync(default)).Session;
                (await open.QueryAsync(bound.Query!, columns: 1, bound.Parameters, TestContext.Current.CancellationToken))
                    .ShouldBe([$"a{text}'"]);
            }

            CapturedValue? Find(StepReference reference, out string? error)
            {
                error = null;
                return new CapturedValue(text, ObservedType.Text);
            }
        }

        await open!.DisposeAsync();
        (await postgres.SqlAsync("select count(*) from orders")).ShouldBe("2");
    }

    private static CapturedValue? Sample(StepReference reference, out string? error)
    {
        error = null;
        return new CapturedValue("sample", ObservedType.Text) { IsSample = true };
    }

    private static PostgresSettings Read(SettingsReader settings) => PostgresSettings.Read(
        new PlanContext("step", Tier.Functional, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), new Conditions([], []), settings));

    private Task<RunRecord> RunAsync(string text, string query, string expect) => ScenarioSubject.RunAsync($$"""
        timeout: 10s
        steps:
          - name: first
            kind: postgres
            connectionString: {{postgres.ConnectionString}}
            query: select convert_from(decode('{{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}}', 'hex'), 'utf8')
            capture: { text: text }
          - name: second
            kind: postgres
            connectionString: {{postgres.ConnectionString}}
            query: "{{query}}"
            expect: ["{{expect}}"]
        """);

    /// <summary>A PostgreSQL for all tests of the class.</summary>
    public sealed class Server : SharedContainer
    {
        public string ConnectionString => ((PostgreSqlContainer)Container).GetConnectionString();

        public Task<bool> StartAsync() => StartAsync(static () => new PostgreSqlBuilder(TestEnvironment.PostgresImage).Build());

        public Task<string> SqlAsync(string sql) => RunAsync("psql", "-U", "postgres", "-d", "postgres", "-Atqc", sql);
    }
}
