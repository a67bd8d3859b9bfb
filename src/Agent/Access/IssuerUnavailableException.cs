namespace HealthAgent.Agent.Access;

/// <summary>The keys of an issuer of tokens are unavailable.</summary>
internal sealed class IssuerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
