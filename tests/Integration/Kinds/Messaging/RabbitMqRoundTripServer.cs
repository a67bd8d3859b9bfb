using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Messaging;

/// <summary>The broker.</summary>
public sealed class RabbitMqRoundTripServer : SharedContainer
{
    public int Port => Container.GetMappedPublicPort(5672);

    public Task<string> ControlAsync(params string[] command) => RunAsync(["rabbitmqctl", "--quiet", .. command]);

    public async Task ShouldHoldNothingAsync()
    {
        await Eventually.TrueAsync(
            () => ControlAsync("list_queues", "name"), names => !names.Contains("amq.gen", StringComparison.Ordinal),
            "no queue is left");
        await Eventually.TrueAsync(
            () => ControlAsync("list_connections", "user"), users => !users.Contains("probe", StringComparison.Ordinal),
            "no connection is left");
    }
}
