using System.Collections.Frozen;
using System.Collections.Immutable;
using HealthAgent.Endpoints;

namespace HealthAgent.Agent.OpenApi;

/// <summary>What the OpenAPI document says of each route, by method and path. GET stands for HEAD too.</summary>
internal static class DescribedRoutes
{
    private const string Text = "text/plain";
    private const string Json = "application/json";
    private const string HealthJson = "application/health+json";

    private static readonly DescribedAnswer NotModified = new(304, "The caller has this answer: If-None-Match names its ETag.");
    private static readonly DescribedAnswer Up = new(200, "Up.", Text);
    private static readonly DescribedAnswer Down = new(503, "Not up.", Text);
    private static readonly DescribedAnswer Hidden = DescribedAnswer.Problem(401, "No credentials that allow this, whatever the name.");
    private static readonly DescribedAnswer Forbidden = DescribedAnswer.Problem(403, "The caller may not see details, whatever the name.");
    private static readonly DescribedAnswer NotAcceptable = DescribedAnswer.Problem(406, "Accept allows none of the forms.");

    private static readonly DescribedAnswer[] Refused =
    [
        DescribedAnswer.Problem(401, "No credentials that allow actions."), DescribedAnswer.Problem(403, "The caller may not act."),
    ];

    private static readonly DescribedQuery[] OfProbes =
    [
        new("verbose", "A line per check, also when all is well. Without effect for callers who see no details."),
        new("exclude", "Leaves a check out. Without effect for callers who see no details.", IsRepeatable: true),
    ];

    private static readonly DescribedQuery Mode = new("mode", "Which tiers: liveness and dependency, or all.", false, "light", "full");

    /// <summary>All of them.</summary>
    public static readonly FrozenDictionary<string, DescribedRoute> All = new Dictionary<string, DescribedRoute>(StringComparer.Ordinal)
    {
        ["GET /livez"] = Probe("Whether the agent itself runs: restart it when this fails."),
        ["GET /readyz"] = Probe("Whether the critical checks of the tiers liveness and dependency are up, and the agent is not stopping."),
        ["GET /startupz"] = Probe("Whether these checks have all had a verdict."),
        ["GET /readyz/{name}"] = new("Whether a check is up.", Up, NotModified, Hidden, Forbidden, DescribedAnswer.Unknown, Down),
        ["GET /health"] = new("How all is.", [.. Forms("HealthDocument", "HealthDocument"), NotModified, NotAcceptable,
            DescribedAnswer.Problem(400, "There is no such mode.")]) { Queries = [Mode] },
        ["GET /api/v1/health"] = new(
            "How all is, in the shape that Dagu answers.", new(200, "Up.", Json, "DaguHealth"), NotModified,
            new(503, "Not up.", Json, "DaguHealth")),
        ["GET /health/checks"] = new("All checks.", [.. Forms("RollUp", "HealthDocument"), NotModified, Hidden, Forbidden, NotAcceptable]),
        ["GET /health/checks/{name}"] = Named("A check.", "Check"),
        ["GET /health/groups/{name}"] = Named("The checks of a group.", "RollUp"),
        ["GET /health/tiers/{name}"] = new(
            "The checks of a tier; the status alone for callers who see no details.",
            [.. Forms("RollUp", "HealthDocument"), NotModified, DescribedAnswer.Unknown, NotAcceptable]),
        ["GET /metrics"] = new("Metrics for Prometheus.", new(200, "The metrics.", Text),
            new(200, "The metrics.", "application/openmetrics-text")),
        ["GET /events"] = new(
            "What happens from now on, or from Last-Event-ID on, as server-sent events. HEAD answers the headers alone.",
            new(200, "Events without end.", Events.ContentType), Hidden, DescribedAnswer.Problem(400, "There is no such tier."),
            DescribedAnswer.Problem(406, "Accept does not allow text/event-stream."),
            DescribedAnswer.Problem(429, "The caller's address has as many streams as it may have; 503 where all callers have."))
        {
            Queries =
            [
                new("checks", "Only of these checks, separated by commas.", IsRepeatable: true),
                new("groups", "Only of checks of these groups.", IsRepeatable: true),
                new("tier", "Only of checks of these tiers.", IsRepeatable: true),
                new("lastEventId", "The event after which to begin, where the header Last-Event-ID cannot be sent."),
            ],
        },
        ["GET /openapi/v1.json"] = new("This document.", new(200, "The document.", Json, "OpenApi"), NotModified, Hidden),
        ["GET /probe"] = new("Probes a target as blackbox_exporter does, where the configuration has a section probe.",
            new(200, "The metrics, probe_success among them.", Text), new(200, "The metrics.", "application/openmetrics-text"),
            DescribedAnswer.Problem(400, "A module or target that is none."), DescribedAnswer.Problem(403, "A target that is not allowed."),
            DescribedAnswer.Problem(404, "The configuration has no section probe."), DescribedAnswer.TooOften)
        {
            Queries =
            [
                new("target", "The URL or address."), new("module", "The module; http_2xx where none is given."),
                new("debug", "Explains the probe, to callers who see details.", false, "true"),
            ],
        },
        ["POST /reload"] = new(
            "Reads the configuration again.", [new(200, "What changed.", Json, "ReloadedConfiguration"), .. Refused,
            DescribedAnswer.Problem(422, "The configuration has errors; the previous one stays in force.")]),
    }.Concat(DescribedActions.All).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is said of an operation; null when nothing is.</summary>
    public static DescribedRoute? Find(string method, string path) =>
        All.GetValueOrDefault($"{(method == HttpMethods.Head ? HttpMethods.Get : method)} {path}");

    private static DescribedRoute Probe(string summary) => new(summary, Up, NotModified, Down) { Queries = [.. OfProbes] };

    private static DescribedRoute Named(string summary, string schema) =>
        new(summary, [.. Forms(schema, "HealthDocument"), NotModified, Hidden, Forbidden, DescribedAnswer.Unknown, NotAcceptable]);

    private static ImmutableArray<DescribedAnswer> Forms(string json, string healthJson) =>
    [
        .. from answer in new[] { Up, Down }
        from form in new (string Type, string? Schema)[] { (HealthJson, healthJson), (Json, json), (Text, null) }
        select answer with { ContentType = form.Type, Schema = form.Schema },
    ];
}
