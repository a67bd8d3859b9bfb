using System.Runtime.CompilerServices;

namespace HealthAgent.Integration.Support;

/// <summary>
/// Hosts of tests watch no settings file: each would take one of a user's inotify instances, of which there may be as few as 128.
/// </summary>
internal static class HostSettings
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
