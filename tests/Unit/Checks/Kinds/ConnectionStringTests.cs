using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Checks.Kinds;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("postgres", "Host=h;Pasword=hunter2", "'pasword' is not a key of connection strings (did you mean 'Password'?)")]
    [InlineData("postgres", "Host=h;Password=a;hunter2=b", "one of its keys is unknown; a value that contains ';' stands in double quotes")]
    [InlineData("postgres", "Host=h;Port=hunter2", "the value of 'port' is not valid")]
    [InlineData("postgres", "Username=u;Password=hunter2", "it names no server; add Host=HOST")]
    [InlineData("postgres", "hunter2", "this is not a connection string")]
    [InlineData("postgres", "mysql://u:hunter2@h/db", "this is not a connection string")]
    [InlineData("redis", "h:1,passwrd=hunter2", "this is not a connection string of Redis; write HOST:PORT,user=USER,password=PASSWORD,ssl=true or redis://USER:PASSWORD@HOST:PORT")]
    [InlineData("redis", "h:1,password=hunter2,serviceName=mymaster", "a check asks a server and no sentinel")]
    [InlineData("redis", "http://u:hunter2@h", "this is not a URL")]
    [InlineData("rabbitmq", "hunter2", "this is not a URL; write amqp://HOST/PATH or amqps://HOST/PATH")]
    public void ConnectionString_ThatIsWrong_IsExplainedWithoutSecrets(string kind, string text, string expected)
    {
        var configured = Configured.Read($"checks:\n  - {{ name: subject, kind: {kind}, connectionString: \"{text}\" }}");
        var error = configured.Errors.ShouldHaveSingleItem();
        error.ShouldContain($"checks[subject].connectionString: {expected}");
        error.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("kind: postgres", "connectionString: Host=h;Password=hunter2")]
    [InlineData("kind: postgres", "connectionString: postgres://u:hunt%65r2@h/db?sslmode=verify-full&application_name=x")]
    [InlineData("kind: redis", "connectionString: h:1,password=hunter2")]
    [InlineData("kind: redis", "connectionString: rediss://u:hunter2@h")]
    [InlineData("kind: redis", "address: h:1", "password: hunter2")]
    [InlineData("kind: rabbitmq", "connectionString: amqps://u:hunter2@h/vhost")]
    [InlineData("kind: dagu", "url: http://h:8080/base", "username: u", "password: hunter2")]
    public void Password_WhereverItIsWritten_IsRedacted(params string[] lines) =>
        Configured.Plan(lines).Redactor.Redact("refused hunter2").ShouldBe("refused ***");

    [Theory]
    [InlineData("kind: postgres, connectionString: Host=h", "value > 1", "no 'query' is written")]
    [InlineData("kind: rabbitmq, connectionString: 'amqp://h'", "messages > 1", "no 'queue' is written")]
    [InlineData("kind: redis", "role == master", "either 'address' or 'connectionString' is required")]
    [InlineData("kind: dagu, url: 'http://h/api/v2'", "queued < 1", "without /api/…")]
    [InlineData("kind: dagu, tier: functional, url: 'http://h'", "queued < 1", "it runs no workflow")]
    [InlineData("kind: disk, path: data", "used < 1%", "'data' is not an absolute path")]
    public void Settings_ThatDoNotFit_AreExplained(string settings, string condition, string expected) =>
        Configured.Read($"checks:\n  - {{ name: subject, {settings}, warn: [\"{condition}\"] }}").Errors.ShouldHaveSingleItem().ShouldContain(expected);
}
