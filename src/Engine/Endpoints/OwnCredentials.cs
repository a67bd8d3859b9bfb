namespace HealthAgent.Endpoints;

/// <summary>
/// Marks a route that judges the credentials of its callers itself, beside those that the authentication schemes know: a header
/// <c>Authorization</c> that no scheme accepts is not refused before the route has seen it. The route answers 401 by itself.
/// </summary>
internal sealed class OwnCredentials
{
    /// <summary>The one mark.</summary>
    public static readonly OwnCredentials Mark = new();

    private OwnCredentials()
    {
    }
}
