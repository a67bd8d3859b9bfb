using HealthAgent.Kinds.Databases;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class RedisSettingsTests
{
    [Theory]
    [InlineData("h", "h:6379 as :")]
    [InlineData("h:1,b:2,password=p=w", "h:1, b:2 as :p=w")]
    [InlineData(" h , ssl = yes , user = u , password = p ", "h:6380 as u:p tls")]
    [InlineData("[::1]:7,ssl=false", "[::1]:7 as :")]
    [InlineData("h:1,ssl=true,sslHost=other,password=", "h:1 as : tls for other")]
    [InlineData("redis://h", "h:6379 as :")]
    [InlineData("redis://:p%2Fw@h:1/3", "h:1 as :p/w")]
    [InlineData("redis://u:p@a:1,b/0", "a:1, b:6379 as u:p")]
    [InlineData("rediss://u:p@h?ssl_cert_reqs=none", "h:6380 as u:p tls unverified")]
    [InlineData("rediss://h?ssl_cert_reqs=required&password=x&username=y", "h:6380 as y:x tls")]
    [InlineData("rediss://h:1?skip_verify=true&db=2&read_timeout=3s", "h:1 as : tls unverified")]
    [InlineData("redis:///0", "localhost:6379 as :")]
    public void ConnectionString_InAnyForm_IsRead(string text, string expected)
    {
        var (context, errors) = Configured.Context(RedisSettings.All, $"connectionString: '{text}'");
        var redis = RedisSettings.Read(context);
        errors.ToLines().ShouldBeEmpty();
        var security = (redis.Tls ? " tls" : "") + (redis.Security.SkipVerify ? " unverified" : "")
            + (redis.Security.ServerName is { } name ? $" for {name}" : "");
        $"{string.Join(", ", redis.Servers)} as {redis.Username}:{redis.Password}{security}".ShouldBe(expected);
    }
}
