using HealthAgent.Configuration;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Configuration;

/// <summary>The section <c>agent</c>.</summary>
public sealed class AgentSettingsTests
{
    [Fact]
    public void Agent_Written_IsRead()
    {
        var (options, _, errors) = Configured.Read(
            "agent: {listen: [http://127.0.0.1:1, 'http://[::1]:2'], labels: {env: '${env:ENV}'}, concurrency: 8, memory: "
                + "256MiB}\nchecks: []", ("ENV", "prod"));
        errors.ShouldBeEmpty();
        options!.Listen.Select(listener => listener.Url.ToString()).ShouldBe(["http://127.0.0.1:1/", "http://[::1]:2/"]);
        options.Labels["env"].ShouldBe("prod");
        options.Concurrency.ShouldBe(8);
        options.Memory.ShouldBe(256L << 20);
    }

    [Theory]
    [InlineData("15MiB")]
    [InlineData("2000GiB")]
    [InlineData("0")]
    public void Memory_OutOfBounds_IsRefused(string memory) =>
        Configured.Read($"agent: {{memory: {memory}}}\nchecks: []").Errors.ShouldBe(
            ["agent.yaml:1:17: agent.memory: must be from 16MiB to 1TiB"]);

    [Theory]
    [InlineData("http://127.0.0.1:9464", "http://127.0.0.1:9464/")]
    [InlineData("http://127.0.0.1:9464/", "http://127.0.0.1:9464/")]
    [InlineData("HTTP://localhost:9464", "http://localhost:9464/")]
    [InlineData("http://[::]:9464", "http://[::]:9464/")]
    [InlineData("http://*:9464", "http://[::]:9464/")]
    [InlineData("http://+:9464", "http://[::]:9464/")]
    [InlineData("http://0.0.0.0:0", "http://0.0.0.0:0/")]
    [InlineData("http://localhost", "http://localhost/")]
    [InlineData("http://agent.internal:9464", null)]
    [InlineData("https://127.0.0.1:9464", null)]
    [InlineData("tcp://127.0.0.1:9464", null)]
    [InlineData("127.0.0.1:9464", null)]
    [InlineData("localhost:9464", null)]
    [InlineData(":9464", null)]
    [InlineData("9464", null)]
    [InlineData("http://:9464", null)]
    [InlineData("http://127.0.0.1:65536", null)]
    [InlineData("http://127.0.0.1:-1", null)]
    [InlineData("http://127.0.0.1:9464/metrics", null)]
    [InlineData("http://127.0.0.1:9464?x", null)]
    [InlineData("http://127.0.0.1:9464#x", null)]
    [InlineData("http://user@127.0.0.1:9464", null)]
    [InlineData("", null)]
    public void Listen_Address_IsASchemeAHostAndAPort(string text, string? expected) =>
        (ListenerSettings.ParseShort(text, out _)?.Url.ToString()).ShouldBe(expected);
}
