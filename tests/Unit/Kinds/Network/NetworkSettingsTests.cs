using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Addresses and settings of <c>tcp</c> and <c>http</c>.</summary>
public sealed class NetworkSettingsTests
{
    [Theory]
    [InlineData("kind: tcp", "address: nowhere", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "address: 'h:0'", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "address: 'h:65536'", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "address: 'u@h:1'", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "address: '::1:80'", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "address: http://h:1", "address: this is not an address; write HOST:PORT, such as 127.0.0.1:5432")]
    [InlineData("kind: tcp", "addres: 'h:1'", "address: 'address' is required", "addres: unknown key (did you mean 'address'?)")]
    [InlineData("kind: http", "url: /health", "url: this is not a URL; write http://HOST/PATH or https://HOST/PATH")]
    [InlineData("kind: http", "url: 'http://h:99999/'", "url: this is not a URL; write http://HOST/PATH or https://HOST/PATH")]
    [InlineData(
        "kind: http", "url: 'http://h/', method: get", "method: 'get' is not a method; write it in capitals, such as GET, HEAD, POST")]
    [InlineData("kind: http", "url: 'http://h/', maxBody: 65MiB", "maxBody: must be at most 64MiB")]
    [InlineData("kind: http", "url: 'http://h/', headers: {'a b': x}", "headers: 'a b' is not a header that can be sent")]
    [InlineData("kind: http", "url: 'http://h/', headers: {X-A: \"x\\r\\nX-B: y\"}", "headers: 'X-A' is not a header that can be sent")]
    [InlineData("kind: http", "url: 'http://h/', tls: {verify: no}",
        "tls.verify: unknown key (valid: ca, certificate, insecureSkipVerify, key, minVersion, serverName)")]
    [InlineData("kind: http", "url: 'http://h/', username: u, token: t", "token: a token and a username cannot both be used")]
    public void Settings_WithMistakes_AreRefused(string kind, string written, params string[] messages)
    {
        var errors = Configured.Read($"checks: [{{name: a, {kind}, {written}}}]").Errors;
        errors.Select(error => error[(error.IndexOf("checks[a].", StringComparison.Ordinal) + "checks[a].".Length)..])
            .ShouldBe(messages, ignoreOrder: true);
    }

    [Theory]
    [InlineData("127.0.0.1:5432")]
    [InlineData("'[::1]:5432'")]
    [InlineData("orders.internal:1")]
    [InlineData("host_name:65535")]
    [InlineData("'bücher.example:80'")]
    public void Address_OfAHostAndAPort_IsTaken(string address) =>
        Configured.Plan("kind: tcp", $"address: {address}").Kind.Name.ShouldBe("tcp");
}
