using System.Collections.Immutable;

namespace HealthAgent.Agent.OpenApi;

/// <summary>What the OpenAPI document says of running checks, heartbeats, acknowledgements and windows.</summary>
internal static class DescribedActions
{
    private const string Json = "application/json";

    private static readonly DescribedAnswer Anonymous = DescribedAnswer.Problem(401, "No credentials that allow it, whatever the name.");
    private static readonly DescribedAnswer MayNot = DescribedAnswer.Problem(403, "The caller may not, whatever the name.");
    private static readonly DescribedAnswer Removed = new(204, "It is removed.");

    private static readonly ImmutableArray<DescribedAnswer> OfBodies =
    [
        Anonymous, MayNot, DescribedAnswer.Problem(400, "The body is not JSON, or has a member that there is not."),
        DescribedAnswer.Problem(415, "The body is not application/json."),
        DescribedAnswer.Problem(422, "A member of the body is wrong; errors has a line for each."),
    ];

    /// <summary>All of them, by method and path.</summary>
    public static readonly IReadOnlyDictionary<string, DescribedRoute> All = new Dictionary<string, DescribedRoute>(StringComparer.Ordinal)
    {
        ["POST /health/checks/{name}/run"] = new(
            "Runs a check now, and answers when it has ended. Callers at the same time share one run.",
            new(200, "The run, whatever its outcome.", Json, "RequestedRun"), Anonymous, MayNot, DescribedAnswer.Unknown,
            DescribedAnswer.Problem(409, "The check is not run; the detail says why."), DescribedAnswer.TooOften),
        ["POST /health/run"] = new(
            "Runs all checks of a mode now, and answers when they have ended. Callers at the same time share the runs.",
            new(200, "The runs, and which checks were not run.", Json, "RequestedRuns"),
            DescribedAnswer.Problem(400, "There is no such mode."), Anonymous, MayNot, DescribedAnswer.TooOften)
        {
            Queries = [new("mode", "Which tiers: liveness and dependency, or all.", false, "light", "full")],
        },
        ["PUT /heartbeats/{name}"] = Heartbeat,
        ["POST /heartbeats/{name}"] = Heartbeat,
        ["POST /health/checks/{name}/acknowledge"] = new(
            "Acknowledges what is wrong with a check, until it is healthy again or a time. Body: reason; until or for.",
            [new(200, "It is acknowledged.", Json, "AcknowledgedCheck"), DescribedAnswer.Unknown,
                DescribedAnswer.Problem(409, "Nothing is wrong with the check."), .. OfBodies]),
        ["DELETE /health/checks/{name}/acknowledge"] = new(
            "Takes an acknowledgement back.", Removed, Anonymous, MayNot, DescribedAnswer.Unknown),
        ["GET /maintenance"] = Windows("The maintenance windows that are open or to come."),
        ["POST /maintenance"] = Window("Makes a maintenance window."),
        ["DELETE /maintenance/{id}"] = new(
            "Removes a maintenance window that was made by request.", Removed, Anonymous, MayNot, DescribedAnswer.Unknown),
        ["GET /silences"] = Windows("The silences that are open or to come."),
        ["POST /silences"] = Window("Makes a silence: its checks send no events, but stay part of roll-ups."),
        ["DELETE /silences/{id}"] = new("Removes a silence.", Removed, Anonymous, MayNot, DescribedAnswer.Unknown),
    };

    private static DescribedRoute Heartbeat => new(
        "Takes a heartbeat of a job, by an operator or with the check's own token.",
        new(200, "It is recorded.", Json, "Heartbeat"), Anonymous, MayNot, DescribedAnswer.Unknown,
        DescribedAnswer.Problem(400, "The query has what there is not."), DescribedAnswer.Problem(409, "The check is of another kind."),
        DescribedAnswer.TooOften)
    {
        Queries =
        [
            new("status", "How the job ended, or that it starts.", false, "pass", "warn", "fail", "start"),
            new("message", "What the job says."),
            new("durationMs", "How long it took, in milliseconds."),
        ],
    };

    private static DescribedRoute Windows(string summary) =>
        new(summary, new(200, "The windows.", Json, "Windows"), Anonymous, MayNot);

    private static DescribedRoute Window(string summary) => new(
        $"{summary} Body: checks or groups, duration or until, reason; name and start.",
        [new(201, "It is made.", Json, "Window"), .. OfBodies]);
}
