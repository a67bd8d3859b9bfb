namespace HealthAgent.Endpoints;

/// <summary>What an answer is about, and for whom.</summary>
/// <param name="View">Which of the surfaces' views.</param>
/// <param name="Name">Of a check or roll-up; empty where the view has none.</param>
/// <param name="Details">Whether the caller sees details.</param>
internal readonly record struct AnswerKey(string View, string Name, bool Details)
{
    /// <summary>Text, or which JSON.</summary>
    public Form Form { get; init; }

    /// <summary>The query as sent; null where the answer does not depend on it.</summary>
    public string? Query { get; init; }

    /// <summary>The endpoints that it is of: an application may map them more than once.</summary>
    public HealthAgentEndpointOptions? Endpoints { get; init; }
}
