using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;
using Testcontainers.PostgreSql;

namespace HealthAgent.Integration;

public sealed class PostgresTests : DependencyTests
{
    protected override IContainer Create(int port) =>
        new PostgreSqlBuilder(TestEnvironment.PostgresImage).WithUsername("agent").WithPassword(Password).WithDatabase("agent")
            .WithPortBinding(port, 5432).Build();

    protected override string Settings(int port, string password) => $"""
        kind: postgres
            connectionString: Host=127.0.0.1;Port={port};Username=agent;Password={password};Database=agent
        """;
}
