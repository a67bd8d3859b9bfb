namespace HealthAgent.Integration.Support;

/// <summary>
/// The program that the tests start: the native one where <c>tests/environment</c> made it, else the one of this build,
/// compiled as it runs.
/// </summary>
internal static class AgentProgram
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "health-agent.dll");

    /// <summary>Starts it.</summary>
    public static ChildProcess Start(
        IEnumerable<string> arguments, string folder, params IEnumerable<(string Name, string Value)> environment) =>
        Start([], arguments, folder, environment);

    /// <summary>Starts it by a command that becomes it.</summary>
    public static ChildProcess Start(
        IReadOnlyList<string> launcher, IEnumerable<string> arguments, string folder, IEnumerable<(string Name, string Value)> environment)
    {
        string[] program = TestEnvironment.NativeOrNull is { } native ? [native] : ["dotnet", Assembly];
        string[] command = [.. launcher, .. program, .. arguments];
        // The sockets of .NET's diagnostics would stay in the temporary folder where it is killed.
        return ChildProcess.Start(command[0], command[1..], folder, [("DOTNET_EnableDiagnostics", "0"), .. environment]);
    }

    /// <summary>Runs it to the end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var program = Start(arguments, Path.GetTempPath());
        return (await program.ExitAsync(), program.Output);
    }
}
