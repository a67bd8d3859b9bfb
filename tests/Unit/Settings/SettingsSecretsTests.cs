using HealthAgent.Settings;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Settings;

/// <summary>Secrets among what is read, and in what is said of it.</summary>
public sealed class SettingsSecretsTests
{
    [Fact]
    public void Secrets_Read_AreRemembered()
    {
        var (settings, _) = Configured.Settings("password: hunter2\nurl: http://u:p@h\nempty: ''\n");
        settings.Secret("password").ShouldBe("hunter2");
        settings.Secret("empty").ShouldBe("");
        settings.Secret("none").ShouldBeNull();
        settings.AddSecret("p@ss");
        settings.AddSecret(null);
        settings.Secrets.ShouldBe(["hunter2", "p@ss"]);
    }

    [Fact]
    public void Secrets_OfWhatIsNested_ReachWhatEnclosesThem()
    {
        var (settings, _) = Configured.Settings("""
            checks:
              - { a: { password: one, b: { password: two } }, steps: [ { password: three } ] }
              - { password: four }
            """);
        var checks = settings.Sections("checks");
        var section = checks[0].Section("a")!;
        section.Secret("password");
        section.Section("b")!.Secret("password");
        checks[0].Sections("steps")[0].AddSecret("three");
        checks[1].Secret("password");
        checks[0].Secrets.ShouldBe(["one", "two", "three"], ignoreOrder: true);
        checks[1].Secrets.ShouldBe(["four"]);
        settings.Secrets.ShouldBe(["one", "two", "three", "four"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("${env:DB_PASSWORD}", "from-env")]
    [InlineData("http://h/${env:API_TOKEN}/x", "from-env")]
    [InlineData("${env:DB_HOST}", null)]
    [InlineData("${env:DB_HOST}:${env:DB_PORT}", null)]
    [InlineData("${env:NONE:-${env:DB_PASSWORD}}", "from-env")]
    [InlineData("${env:NO_PASSWORD:-written}", "written")]
    public void Text_OfTheEnvironment_IsASecretWhereTheVariableSaysSo(string written, string? secret)
    {
        var settings = SettingsReaderTests.WithEnvironment($"text: {written}");
        settings.Text("text").ShouldNotBeNull();
        settings.Secrets.ShouldBe(secret is null ? [] : [secret]);
    }

    [Fact]
    public void Secret_OfTheEnvironment_IsOneWholeAndInItsParts()
    {
        var settings = SettingsReaderTests.WithEnvironment("token: id-${env:DB_HOST}");
        settings.Secret("token").ShouldBe("id-from-env");
        settings.Secrets.ShouldBe(["from-env", "id-from-env"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("DB_PASSWORD", true)]
    [InlineData("PGPASSWORD", true)]
    [InlineData("MYSQL_PWD", true)]
    [InlineData("Redis__Password", true)]
    [InlineData("REDIS_PASS", true)]
    [InlineData("API_TOKEN_2", true)]
    [InlineData("TOKENS", true)]
    [InlineData("SECRET_KEY_BASE", true)]
    [InlineData("APIKEY", true)]
    [InlineData("AWS_CREDENTIALS", true)]
    [InlineData("REDIS_AUTH", true)]
    [InlineData("HOOK_SIGNATURE", true)]
    [InlineData("PWD", false)]
    [InlineData("DB_HOST", false)]
    [InlineData("DB_PORT", false)]
    [InlineData("KEYCLOAK_HOST", false)]
    [InlineData("TOKEN_SERVICE_HOST", false)]
    [InlineData("TOKEN_SERVICE_PORT", false)]
    [InlineData("DB_PASSWORD_FILE", false)]
    [InlineData("SECRET_NAME", false)]
    [InlineData("BYPASS", false)]
    [InlineData("AUTH_MODE", false)]
    [InlineData("DATABASE_URL", false)]
    public void Variable_ByItsName_HoldsASecretOrNot(string name, bool secret) => Substitution.SaysSecret(name).ShouldBe(secret);

    [Fact]
    public void Errors_QuotingWhatIsWritten_ShowNoSecretsAndNoControlCharacters()
    {
        var settings = SettingsReaderTests.WithEnvironment("""
            number: ${env:DB_PASSWORD}
            other: "http://u:hunter2@h:1/x"
            "k\e[31mey": "v\x07"
            size: "1\u202eKiB"
            """, out var errors);
        settings.Integer("number", least: 0);
        settings.Size("size");
        settings.Duration("other");
        settings.Declare([Setting.Text("number", ""), Setting.Text("other", ""), Setting.Text("size", "")]);
        settings.RejectUnknownKeys();
        errors.ToLines().ShouldBe(
        [
            "agent.yaml:1:9: number: '***' is not a whole number of at least 0",
            "agent.yaml:2:8: other: 'http://***@h:1/x' is not a duration; write a number with ms, s, m, h or d, such as 500ms, 10s, 1m30s",
            "agent.yaml:3:1: k\ufffd[31mey: unknown key (valid: number, other, size)",
            "agent.yaml:4:7: size: '1\ufffdKiB' is not a size; write a number with B, KiB, MiB or GiB, such as 10MiB",
        ]);
    }
}
