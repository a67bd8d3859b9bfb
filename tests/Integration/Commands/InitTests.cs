using HealthAgent.Integration.Support;
using HealthAgent.Unit.Support;

namespace HealthAgent.Integration.Commands;

/// <summary>What <c>init --from-env</c> writes, against the real servers that the environment names.</summary>
public sealed class InitTests : IAsyncLifetime
{
    private static readonly string[] Found = ["amqp", "database", "redis", "postgres", "redis-2", "dagu"];

    private readonly string _folder = TemporaryFolder.Create("init-").FullName;
    private Counterparts? _counterparts;

    public async ValueTask InitializeAsync() => _counterparts = await Counterparts.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_counterparts is not null)
        {
            await _counterparts.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Init_FromTheEnvironment_WritesChecksThatPassWhileTheServersAreThere()
    {
        (await RunAsync("init", "--from-env")).ExitCode.ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(_folder, "agent.yaml"), TestContext.Current.CancellationToken))
            .ShouldNotContain(Counterparts.Password);
        (await RunAsync("validate")).Output.ShouldBe($"agent.yaml is valid: {3 + Found.Length} checks");

        // Dagu's scheduler takes a moment to register.
        await Eventually.TrueAsync(() => RunAsync(["check", .. Found]), check => check.ExitCode == 0, "all checks pass");

        await _counterparts!.BreakAsync();
        var (code, output) = await RunAsync(["check", .. Found]);
        code.ShouldBe(2);
        output.ShouldNotContain(Counterparts.Password);
        Found.ShouldAllBe(check => output.Contains($"{check}: fail in ", StringComparison.Ordinal));
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var program = AgentProgram.Start(arguments, _folder, _counterparts!.Variables);
        return (await program.ExitAsync(), program.Output);
    }
}
