namespace HealthAgent.Planning;

/// <summary>Is told once another configuration is in force.</summary>
internal interface IPlanListener
{
    /// <summary>The configuration is in force.</summary>
    void OnReplaced(AgentPlan next);
}
