namespace HealthAgent.Vocabulary;

/// <summary>What a listener serves, and what callers without credentials get: routes that belong together.</summary>
[Flags]
internal enum Surface
{
    /// <summary>No route.</summary>
    None = 0,

    /// <summary><c>/livez</c>, <c>/readyz</c>, <c>/startupz</c>, and health over gRPC.</summary>
    Probes = 1,

    /// <summary><c>/health</c> and all below it, and <c>/api/v1/health</c>.</summary>
    Health = 2,

    /// <summary><c>/metrics</c> and <c>/probe</c>.</summary>
    Metrics = 4,

    /// <summary>The status page.</summary>
    Page = 8,

    /// <summary><c>/events</c> and <c>/openapi/v1.json</c>.</summary>
    Api = 16,

    /// <summary>What changes something: POST, PUT and DELETE.</summary>
    Actions = 32,

    /// <summary>All routes.</summary>
    All = Probes | Health | Metrics | Page | Api | Actions,
}

/// <summary>What a caller may see and do; each role may do what those before it may.</summary>
internal enum Role
{
    /// <summary>What is open to everybody.</summary>
    Anonymous,

    /// <summary>Names, reasons and observed values.</summary>
    Viewer,

    /// <summary>Actions.</summary>
    Operator,
}

/// <summary>The names of surfaces and roles.</summary>
internal static class AccessWords
{
    /// <summary>Surfaces by name.</summary>
    public static readonly IReadOnlyDictionary<string, Surface> Surfaces = new[]
    {
        Surface.Probes, Surface.Health, Surface.Metrics, Surface.Page, Surface.Api, Surface.Actions,
    }.ToDictionary(Name, surface => surface, StringComparer.Ordinal);

    /// <summary>Roles that credentials give, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Role> Roles =
        new[] { Role.Viewer, Role.Operator }.ToDictionary(Name, role => role, StringComparer.Ordinal);

    /// <summary>The name of one surface.</summary>
    public static string Name(this Surface surface) => surface.ToString().ToLowerInvariant();

    /// <summary>The name of a role.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        _ => "anonymous",
    };

    /// <summary>The names of several surfaces, in their order.</summary>
    public static string Names(this Surface surfaces) =>
        string.Join(", ", Surfaces.Where(pair => surfaces.HasFlag(pair.Value)).Select(pair => pair.Key));
}
