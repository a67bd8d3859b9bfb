namespace HealthAgent.History;

/// <summary>Another agent uses the directory of <c>agent.history.path</c>. The message says which, and the remedy.</summary>
internal sealed class StateInUseException(string message) : InvalidOperationException(message);
