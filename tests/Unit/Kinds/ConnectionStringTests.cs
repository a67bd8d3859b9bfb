using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("postgres", "postgres://h/db?sslmode=verify-full&sslrootcert=#")]
    [InlineData("postgres", "Host=h;Passfile=#")]
    [InlineData("rabbitmq", "amqps://h/v?cacertfile=#")]
    [InlineData("postgres", "postgres://h/db?sslcert=/dev/zero&sslkey=#")]
    public async Task File_ThatIsAPipeOrDevice_IsAMistakeAndNotWaitedFor(string kind, string text)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes and devices as Linux has them");
        using var folder = new WatchedFolder();
        WatchedFolder.Run("mkfifo", folder["pipe"]);
        var connection = text.Replace("#", folder["pipe"], StringComparison.Ordinal);
        var file = $"checks:\n  - {{ name: subject, kind: {kind}, connectionString: \"{connection}\" }}";
        var configured = await Task.Run(() => Configured.Read(file), TestContext.Current.CancellationToken).Ends();
        configured.Errors.ShouldHaveSingleItem().ShouldEndWith("must be a regular file");
    }

    [Theory]
    [InlineData("postgres", "Host=h;Pasword=hunter2", "'pasword' is not a key of connection strings (did you mean 'Password'?)")]
    [InlineData(
        "postgres", "Host=h;Password=a;hunter2=b", "one of its keys is unknown; a value that contains ';' or a blank stands in quotes")]
    [InlineData("postgres", "Host=h;Port=hunter2", "the value of 'port' is not a port")]
    [InlineData("postgres", "Host=h;Timeout=-1;Password=hunter2", "the value of 'timeout' is not valid")]
    [InlineData("postgres", "Host=h;SSL Mode=hunter2", "the value of 'ssl mode' is not valid")]
    [InlineData("postgres", "Host=h;Target Session Attributes=hunter2", "the value of 'target session attributes' is not valid")]
    [InlineData(
        "postgres", "Host=h;SSL Negotiation=Direct;Password=hunter2", "the driver refuses it: SSL Mode has to be Require or higher")]
    [InlineData("postgres", "Host=h;GSS Encryption Mode=Require;Password=hunter2", "encryption by GSS is not supported")]
    [InlineData("postgres", "Username=u;Password=hunter2", "it names no server; add Host=HOST")]
    [InlineData("postgres", "hunter2", "this is not a connection string")]
    [InlineData("postgres", "Host=127.0.0.1 Password=hunter2;Port=15999;Username=shop", "this is not a connection string")]
    [InlineData("postgres", "host=127.0.0.1 password=hunter2;port=15999;user=shop", "this is not a connection string")]
    [InlineData("postgres", "Host=127.0.0.1 Port=15999 Username=shop Password=hunter2", "this is not a connection string")]
    [InlineData("postgres", "Host=127.0.0.1 Pasword=hunter2;Port=15999", "the value of 'host' seems to contain another setting")]
    [InlineData("postgres", "Host=127.0.0.1 hunter2;Port=15999", "the value of 'host' is not a host name")]
    [InlineData("postgres", "Host=h;Database=shop Password=hunter2;Username=u", "the value of 'database' seems to contain another setting")]
    [InlineData("postgres", "Host=h;Username=shop Pasword=hunter2", "the value of 'username' seems to contain another setting")]
    [InlineData("postgres", "host=h dbname=shoppassword=hunter2", "the value of 'dbname' seems to contain another setting")]
    [InlineData("postgres", "host=h port=hunter2", "the value of 'port' is not a port")]
    [InlineData("postgres", "host=a,b port=1,2,3 password=hunter2", "the value of 'port' must have one port per host")]
    [InlineData("postgres", "host=h password='hunter2", "this is not a connection string")]
    [InlineData("postgres", "host=h password=a hunter2=b", "one of its keys is unknown")]
    [InlineData("postgres", "host=h connect_timeout=hunter2", "the value of 'connect_timeout' is not a whole number")]
    [InlineData(
        "postgres", "host=h service=shop password=hunter2", "the value of 'service' refers to a service file, which is not supported")]
    [InlineData("postgres", "mysql://u:hunter2@h/db", "not a URL; write postgres://USER:PASSWORD@HOST:PORT/…")]
    [InlineData("postgres", "postgres://u:hun/ter2@h/db", "invalid URL; in user names and passwords, write %40 for @")]
    [InlineData("postgres", "postgres://u:12/hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:12?hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:12#hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:p@hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:100%hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:p hunter2@h/db", "invalid URL")]
    [InlineData("postgres", "postgres://u:hunter2", "a server is not HOST:PORT")]
    [InlineData("postgres", "postgres://u:hunter2@h:0/db", "a server is not HOST:PORT")]
    [InlineData("postgres", "postgres://u:hunter2@/db", "it names no server")]
    [InlineData("postgres", "postgres://u:p@h/db?foo=hunter2", "'foo' is not a known URL parameter")]
    [InlineData("postgres", "postgres://u:p@h/db?target_sesion_attrs=hunter2",
        "'target_sesion_attrs' is not a known URL parameter (did you mean 'target_session_attrs'?)")]
    [InlineData("postgres", "postgres://u:p@h/db?hunter2=1", "unknown URL parameter")]
    [InlineData("postgres", "postgres://h/db?password=a&hunter=2", "unknown URL parameter; write & within a value as %26")]
    [InlineData("postgres", "postgres://u:hunter2@h/db?target_session_attrs=primry", "the value of 'target_session_attrs' is not valid")]
    [InlineData("postgres", "postgres://u:hunter2@h/db?sslmode=verify-full&sslrootcert=/no/such/ca.pem",
        "the file '/no/such/ca.pem' does not exist")]
    [InlineData(
        "postgres", "postgres://u:hunter2@h/db?sslcert=/no/such/a.crt&sslkey=/no/such/a.key", "the file '/no/such/a.crt' does not exist")]
    [InlineData("postgres", "Host=h;Password=hunter2;Passfile=/no/such/pgpass", "the file '/no/such/pgpass' does not exist")]
    [InlineData("postgres", "Host=h;Password=hunter2;SSL Mode=VerifyFull;Root Certificate=/etc/hostname",
        "not a valid certificate and key: /etc/hostname")]
    [InlineData("redis", "h:1,passwrd=hunter2", "'passwrd' is not an option of Redis' connection strings (did you mean 'password'?)")]
    [InlineData("redis", "h:1,password=a,hunter2", "this is not a connection string of Redis")]
    [InlineData(
        "redis", "h:1,password=a,hunter2=b", "one of its options is unknown; a password that contains ',' is written in a URL, as %2C")]
    [InlineData("redis", "h:1 password=hunter2", "this is not a connection string of Redis")]
    [InlineData("redis", "h:1;password=hunter2", "this is not a connection string of Redis")]
    [InlineData("redis", "h:1,user=u password=hunter2", "this is not a connection string of Redis")]
    [InlineData("redis", "h:hunter2", "this is not a connection string of Redis")]
    [InlineData("redis", "h:1,ssl=hunter2", "the value of 'ssl' is not valid")]
    [InlineData("redis", "h:1,password=hunter2,serviceName=mymaster", "a check asks a server and no sentinel")]
    [InlineData("redis", "redis-sentinel://:hunter2@h:26379/mymaster", "a check asks a server and no sentinel")]
    [InlineData("redis", "redis://:hunter2@h/x", "the value of 'db' is not valid")]
    [InlineData("redis", "redis://:hun/ter2@h/0", "invalid URL")]
    [InlineData("redis", "http://u:hunter2@h", "not a URL")]
    [InlineData("rabbitmq", "hunter2", "not a URL; write amqp://USER:PASSWORD@HOST:PORT/… or amqps://USER:PASSWORD@HOST:PORT/…")]
    [InlineData(
        "rabbitmq", "amqp://guest:hunter2@h/team/orders", "its path has several segments; write %2F for a / within the virtual host")]
    [InlineData("rabbitmq", "amqp://guest:hunter2@h/orders/", "its path has several segments")]
    [InlineData("rabbitmq", "amqp://guest:12#hunter2@h/v", "invalid URL")]
    [InlineData("rabbitmq", "amqp://u:hunter2@h/v?heartbeat=soon", "the value of 'heartbeat' is not valid")]
    [InlineData("rabbitmq", "amqp://u:hunter2@h/v?auth_mechanism=gssapi", "the value of 'auth_mechanism' is not valid")]
    [InlineData("rabbitmq", "amqps://u:hunter2@h/v?cacertfile=/no/such/ca.pem", "the file '/no/such/ca.pem' does not exist")]
    public void ConnectionString_ThatIsWrong_IsExplainedWithoutSecrets(string kind, string text, string expected)
    {
        var configured = Configured.Read($"checks:\n  - {{ name: subject, kind: {kind}, connectionString: \"{text}\" }}");
        var error = configured.Errors.ShouldHaveSingleItem();
        error.ShouldStartWith("agent.yaml:2:");
        error.ShouldContain($"checks[subject].connectionString: {expected}");
        error.ShouldNotContain("hunter");
        error.ShouldNotContain("ter2");
    }

    [Theory]
    [InlineData("http", "url: http://u:12/hunter2@h/", "it has an @ behind the host")]
    [InlineData("http", "url: http://u:p@h/a?x=hunter2@h", "it has an @ behind the host")]
    [InlineData("http", "url: 'http://u:#hunter2@h/'", "it has an @ behind the host")]
    [InlineData("http", "url: http://u:p@hunter2@h/", "this is not a URL")]
    [InlineData("dagu", "url: http://u:12?hunter2@h/", "it has an @ behind the host")]
    [InlineData("tcp", "address: u:hunter2@h:1", "this is not an address")]
    [InlineData("tcp", "address: 'h:1?hunter2'", "this is not an address")]
    [InlineData("tcp", "address: hunter2", "this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("redis", "address: 'h:1,password=hunter2'", "this is not an address")]
    public void Target_ThatIsWrong_IsExplainedWithoutSecrets(string kind, string setting, string expected)
    {
        var error = Configured.Read($"checks:\n  - name: subject\n    kind: {kind}\n    {setting}\n").Errors.ShouldHaveSingleItem();
        error.ShouldContain(expected);
        error.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("http", "url: http://h/@user")]
    [InlineData("http", "url: http://h/?mail=a@b")]
    [InlineData("http", "url: http://[::1]/@user")]
    [InlineData("http", "url: 'http://[::1]:8080/a:b'")]
    [InlineData("tcp", "address: '[::1]:80'")]
    [InlineData("tcp", "address: my_host:80")]
    public void Target_ThatIsRight_IsTaken(string kind, string setting) =>
        Configured.Plan($"kind: {kind}", setting).Kind.Name.ShouldBe(kind);

    [Theory]
    [InlineData("postgres", "postgres://u:p@127.0.0.1:5432/db?sslmode=require&connect_timeout=10")]
    [InlineData("postgres", "postgres://u:p@127.0.0.1:5432,127.0.0.1:5433/db?target_session_attrs=read-write")]
    [InlineData("postgres", "postgresql://u:p@127.0.0.1/db?schema=public&pgbouncer=true")]
    [InlineData("postgres",
        "postgres://u:p@h/db?options=endpoint%3Dx&channel_binding=require&sslnegotiation=direct&sslmode=require&gssencmode=disable")]
    [InlineData("postgres",
        "postgres://u:p@h/db?ssl=true&keepalives=1&keepalives_idle=30&client_encoding=utf8&application_name=shop&uselibpqcompat=true")]
    [InlineData("postgres", "postgres://u:p@/db?host=/var/run/postgresql")]
    [InlineData("postgres", "postgres://u:p@[::1]:5432/db")]
    [InlineData("postgres", "postgres://h/db?SSL%20Mode=Require&search_path=x")]
    [InlineData("postgres", "host=a,b port=1,2 user=u dbname=d")]
    [InlineData("postgres", "host=::1 user=u")]
    [InlineData("postgres", "Host=h;Target Session Attributes=Primary;Load Balance Hosts=true")]
    [InlineData("postgres", "Host=a:1,b;Port=2;Options=-c search_path=x")]
    [InlineData("postgres", "Host=h;Password=a://b")]
    [InlineData("redis", "redis://u:p@h:1/0?ssl_cert_reqs=none&socket_timeout=5")]
    [InlineData("redis", "redis://a:1,b:2")]
    [InlineData("redis", "a:1,b,password=a=b,ssl=True,abortConnect=false,defaultDatabase=3,$CONFIG=")]
    [InlineData("redis", "h,password=a://b")]
    [InlineData("rabbitmq", "amqp://guest:guest@localhost:5672//")]
    [InlineData("rabbitmq",
        "amqps://u:p@h/team%2Forders?heartbeat=10&connection_timeout=5000&channel_max=7&auth_mechanism=plain&verify=verify_none")]
    public void ConnectionString_AsApplicationsHaveIt_IsTaken(string kind, string text) =>
        Configured.Plan($"kind: {kind}", $"connectionString: '{text}'").Kind.Name.ShouldBe(kind);

    [Theory]
    [InlineData("kind: postgres", "connectionString: Host=h;Password=hunter2")]
    [InlineData("kind: postgres", "connectionString: postgres://u:hunt%65r2@h/db?sslmode=verify-full&application_name=x")]
    [InlineData("kind: postgres", "connectionString: postgres://h/db?password=hunt%65r2")]
    [InlineData("kind: postgres", "connectionString: host=h user=u password=hunter2")]
    [InlineData("kind: postgres", "connectionString: \"host=h password='hunt\\\\er2'\"")]
    [InlineData("kind: redis", "connectionString: redis://h?password=hunter2")]
    [InlineData("kind: http", "url: http://h/?access_token=hunter2")]
    [InlineData("kind: http", "url: http://u:hunt%65r2@h/")]
    [InlineData("kind: redis", "connectionString: h:1,password=hunter2")]
    [InlineData("kind: redis", "connectionString: rediss://u:hunter2@h")]
    [InlineData("kind: redis", "address: h:1", "password: hunter2")]
    [InlineData("kind: rabbitmq", "connectionString: amqps://u:hunter2@h/vhost")]
    [InlineData("kind: dagu", "url: http://h:8080/base", "username: u", "password: hunter2")]
    public void Password_WhereverItIsWritten_IsRedacted(params string[] lines) =>
        Configured.Plan(lines).Redactor.Redact("refused hunter2").ShouldBe("refused ***");

    [Theory]
    [InlineData("kind: http", "url: http://u:p%40ss%2Fword@h/")]
    [InlineData("kind: postgres", "connectionString: postgres://u:p%40ss%2Fword@h/db")]
    [InlineData("kind: rabbitmq", "connectionString: amqp://u:p%40ss%2Fword@h/")]
    [InlineData("kind: redis", "connectionString: redis://u:p%40ss%2Fword@h")]
    [InlineData("kind: http", "url: http://h/?token=p%40ss%2Fword")]
    public void Password_InEverySpelling_IsRedacted(params string[] lines) =>
        Configured.Plan(lines).Redactor.Redact("p%40ss%2Fword and p@ss/word").ShouldBe("*** and ***");

    [Theory]
    [InlineData("kind: postgres, connectionString: Host=h", "value > 1", "no 'query' is written")]
    [InlineData("kind: rabbitmq, connectionString: 'amqp://h'", "messages > 1", "no 'queue' is written")]
    [InlineData("kind: redis", "role == master", "either 'address' or 'connectionString' is required")]
    [InlineData("kind: dagu, url: 'http://h/api/v2'", "queued < 1", "without /api/…")]
    [InlineData("kind: dagu, tier: functional, url: 'http://h'", "queued < 1", "write what is to be seen working")]
    [InlineData("kind: disk, path: data", "used < 1%", "'data' is not an absolute path")]
    public void Settings_ThatDoNotFit_AreExplained(string settings, string condition, string expected) =>
        Configured.Read($"checks:\n  - {{ name: subject, {settings}, warn: [\"{condition}\"] }}").Errors.ShouldHaveSingleItem()
            .ShouldContain(expected);
}
