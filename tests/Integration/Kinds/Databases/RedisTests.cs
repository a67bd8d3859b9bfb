using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;
using Testcontainers.Redis;

namespace HealthAgent.Integration.Kinds.Databases;

public sealed class RedisTests : DependencyTests
{
    protected override IContainer Create(int port) =>
        new RedisBuilder(TestEnvironment.RedisImage).WithCommand("redis-server", "--requirepass", Password).WithPortBinding(port, 6379)
            .Build();

    protected override string Settings(int port, string password) => $"""
        kind: redis
            connectionString: 127.0.0.1:{port},password={password}
        """;
}
