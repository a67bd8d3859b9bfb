namespace HealthAgent;

/// <summary>Which callers of the endpoints see details, and which may act. By default none does either.</summary>
public sealed class HealthAgentEndpointOptions
{
    /// <summary>
    /// Whether a caller sees the names of checks and reasons for failures. Without, probes answer with their status alone, <c>/health</c>
    /// with status and counts, and what names a check is refused with 401 (403 without an authentication scheme, or to a caller who is
    /// authenticated), whether there is such a check or not. Called for each request, after the application's authentication: be brief.
    /// What it throws fails the request.
    /// </summary>
    public Func<HttpContext, bool> ShowDetails { get; set; } = static _ => false;

    /// <summary>
    /// Whether a caller may act, as by <c>POST /reload</c>. Others are answered with 403. Called for each such request, after the
    /// application's
    /// authentication; what it throws fails the request.
    /// </summary>
    public Func<HttpContext, bool> AllowActions { get; set; } = static _ => false;

    /// <summary>The reason in the answer to callers who may not act.</summary>
    internal string ActionsNeed { get; set; } = "not allowed for this caller";

    /// <summary>
    /// Why the answers to callers who see no details withhold them, and what to do about it, in one line; null where nothing is to be said.
    /// It names nothing that the configuration chose. Called when an answer is rendered.
    /// </summary>
    internal Func<string?> WhyNoDetails { get; set; } = static () => null;

    /// <summary>The path that all endpoints are mapped below, such as <c>/agent</c>; empty for none. Known once they are built.</summary>
    internal string Prefix { get; set; } = "";
}
