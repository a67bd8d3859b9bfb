namespace HealthAgent.Planning;

/// <summary>Follows the configuration in force.</summary>
internal interface IPlanListener
{
    /// <summary>
    /// Another configuration is in force. Called on the scheduling loop, before the first run under it is recorded: be brief.
    /// </summary>
    void OnReplaced(AgentPlan next);
}
