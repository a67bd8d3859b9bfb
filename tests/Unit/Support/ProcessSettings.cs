using System.Runtime.CompilerServices;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Support;

/// <summary>What the program sets for its process.</summary>
internal static class ProcessSettings
{
    [ModuleInitializer]
    internal static void Apply() => LinearRegex.LimitAutomata();
}
