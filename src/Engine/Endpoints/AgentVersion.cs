using System.Reflection;

namespace HealthAgent.Endpoints;

/// <summary>Which build this is.</summary>
internal static class AgentVersion
{
    /// <summary>With the commit it was built from, where that is known.</summary>
    public static readonly string Release =
        typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The version alone.</summary>
    public static readonly string Version = Release.Split('+')[0];
}
