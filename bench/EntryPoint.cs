using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace HealthAgent.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project bench -- --filter '*' --job short</c>
/// </summary>
internal static class EntryPoint
{
    // In this process: the other toolchains generate a project and build it below this directory, where central package
    // versions, lock files, analyzers and warnings-as-errors would meet code that nobody wrote.
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(EntryPoint).Assembly).Run(
        args,
        DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator()));
}
