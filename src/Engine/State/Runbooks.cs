using System.Reflection;
using System.Text.RegularExpressions;
using HealthAgent.Planning;

namespace HealthAgent.State;

/// <summary>Where to read what to do about a run.</summary>
internal static partial class Runbooks
{
    private const string Folder = "docs/runbooks/";

    // Builds of a repository know its address; without it, the path within the repository is all there is.
    private static readonly string Start =
        typeof(Runbooks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(static attribute => attribute.Key == "RepositoryUrl") is { Value: { Length: > 0 } url }
            ? $"{(url.EndsWith(".git", StringComparison.Ordinal) ? url[..^".git".Length] : url)}/blob/main/{Folder}"
            : Folder;

    /// <summary>The page about the outcome of a run; null for a pass.</summary>
    public static string? For(CheckPlan plan, RunRecord run) => PageFor(run) is { } page ? Start + page : null;

    private static string? PageFor(RunRecord run) => run switch
    {
        { Result: Result.Pass } => null,
        { Verdict.Reason: { } reason } when Named().Match(reason) is { Success: true } named => named.Groups["page"].Value,
        { ErrorType: { } type } => $"error-types.md#{type.Name()}",
        _ when run.Verdict.Conditions.Any(static it => it.Applies && it.Text.Contains(".expiresIn", StringComparison.Ordinal)) =>
            "HealthCheckCertificateExpiring.md",
        _ => "HealthCheckDegraded.md",
    };

    // A kind that knows more than the type of the error names the page in its reason.
    [GeneratedRegex(@"; runbook (?<page>[a-z-]+\.md#[a-z-]+)(?=[ ;]|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
