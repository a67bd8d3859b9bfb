using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;
using Testcontainers.RabbitMq;

namespace HealthAgent.Integration.Kinds.Messaging;

public sealed class RabbitMqTests : DependencyTests
{
    protected override IContainer Create(int port) =>
        new RabbitMqBuilder(TestEnvironment.RabbitMqImage).WithUsername("agent").WithPassword(Password).WithPortBinding(port, 5672).Build();

    protected override string Settings(int port, string password) => $"""
        kind: rabbitmq
            connectionString: amqp://agent:{password}@127.0.0.1:{port}/
        """;
}
