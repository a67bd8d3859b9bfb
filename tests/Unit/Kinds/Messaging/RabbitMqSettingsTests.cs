using HealthAgent.Kinds.Messaging;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Messaging;

public sealed class RabbitMqSettingsTests
{
    [Theory]
    [InlineData("amqp://h", "h:5672 guest:guest at /")]
    [InlineData("amqp://h/", "h:5672 guest:guest at /")]
    [InlineData("amqp://h//", "h:5672 guest:guest at /")]
    [InlineData("amqp://h/%2F", "h:5672 guest:guest at /")]
    [InlineData("amqp://u:p%2Fw@h:1/team%2Forders", "h:1 u:p/w at team/orders")]
    [InlineData("amqps://u:@a,b:2/v+w", "a:5671, b:2 u: at v+w tls")]
    [InlineData("amqps://h?verify=verify_none&server_name_indication=other&auth_mechanism=EXTERNAL",
        "h:5671 guest:guest at / tls unverified for other external")]
    [InlineData("AMQPS://h/v?heartbeat=0&connection_timeout=500&channel_max=9&fail_if_no_peer_cert=true", "h:5671 guest:guest at v tls")]
    public void Url_AsClientsHaveIt_IsRead(string text, string expected)
    {
        var (context, errors) = Configured.Context(RabbitMqSettings.All, $"connectionString: '{text}'");
        var rabbit = RabbitMqSettings.Read(context);
        errors.ToLines().ShouldBeEmpty();
        var security = (rabbit.Tls ? " tls" : "") + (rabbit.Security.SkipVerify ? " unverified" : "")
            + (rabbit.Security.ServerName is { } name ? $" for {name}" : "") + (rabbit.IsExternal ? " external" : "");
        $"{string.Join(", ", rabbit.Servers)} {rabbit.Username}:{rabbit.Password} at {rabbit.VirtualHost}{security}".ShouldBe(expected);
    }
}
