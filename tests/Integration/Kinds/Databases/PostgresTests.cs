using System.Globalization;
using DotNet.Testcontainers.Containers;
using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Kinds.Databases;

public sealed class PostgresTests : DependencyTests
{
    protected override IContainer Create(int port) => Containers.Postgres(port, Password);

    protected override string Settings(int port, string password) => $"""
        kind: postgres
            connectionString: Host=127.0.0.1;Port={port};Username=agent;Password={password};Database=agent
        """;

    [Theory]
    [InlineData("select repeat('x', 300000000)", "unhealthy")]
    [InlineData("select 'short', repeat('x', 300000000)", "healthy")]
    public async Task Query_ThatAnswersAtGreatLength_TakesLittleMemory(string query, string status)
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: it
                {Settings(Port, Password)}
                query: {query}
                timeout: 10s
                interval: 10s
                failureThreshold: 1
            """);

        var last = (await agent.UntilAsync("it", status)).GetProperty("last");

        if (status == "unhealthy")
        {
            last.GetProperty("errorType").GetString().ShouldBe("resource_exhausted");
            last.GetProperty("reason").GetString().ShouldBe("the query's answer is longer than 1MiB");
        }

        // An answer of 300 MB, held once, would take twice as much: a character is two bytes.
        MostMemoryOf(agent).ShouldBeLessThan(250, "MiB");
    }

    [Fact]
    public async Task Query_ThatAnswersUpToTheLimit_IsJudgedWhole()
    {
        await using var agent = await TestAgent.StartAsync($"""
              - name: it
                {Settings(Port, Password)}
                query: select repeat('x', 1000000) || 'end'
                expect: ['text matches "xend$"']
            """);

        await agent.UntilAsync("it", "healthy");
    }

    private static long MostMemoryOf(TestAgent agent)
    {
        var peak = File.ReadLines($"/proc/{agent.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
