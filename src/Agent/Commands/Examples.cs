namespace HealthAgent.Agent.Commands;

/// <summary>What follows the options in the help of a command.</summary>
internal static class Examples
{
    /// <summary>The text; null for a command that needs none.</summary>
    public static string? Of(string command) => command switch
    {
        "check" =>
            """
            Examples:
              health-agent check orders-db orders-api
              health-agent check --all --mode light
              health-agent check --url https://shop.internal/health --expect 'status == 200' --expect 'json $.status == healthy'
              health-agent check --url 'postgres://probe:${env:PGPASSWORD}@db.internal/orders' --query 'select count(*) from orders'
              health-agent check --kind redis --address cache.internal:6379 --password '${file:/run/secrets/cache}'
              health-agent check --all --output json | jq -r '.[] | select(.outcome != "pass") | "\(.name): \(.reason)"'

            Exit codes:
              0 pass, 1 warn, 2 fail, 3 unknown: nothing was run, or it was interrupted; 78 the configuration is invalid

            """,
        "init" =>
            """
            Examples:
              health-agent init                      writes agent.yaml
              health-agent init --from-env shop.yaml
              health-agent init --from-env - | less

            """,
        "list" =>
            """
            Examples:
              health-agent list
              health-agent list --expanded --config shop.yaml
              health-agent list --output json | jq -r '.checks[] | select(.tier == "functional") | .name'

            """,
        "kinds" =>
            """
            Examples:
              health-agent kinds
              health-agent kinds http
              health-agent kinds http --output json | jq -r '.settings[].name'

            """,
        _ => null,
    };
}
