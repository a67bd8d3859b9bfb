using System.Globalization;
using HealthAgent.History;
using Microsoft.AspNetCore.Authentication;

namespace HealthAgent.Endpoints;

/// <summary>Whether a caller who was let in once still may see details, for answers that have no end.</summary>
internal sealed class StandingAccess(HttpContext context, HealthAgentEndpointOptions options, EventLog log, TimeProvider clock)
{
    private readonly long _changes = log.AccessChanges;
    private readonly DateTimeOffset? _expires = Expiry(context);

    /// <summary>Why the caller may not any more; null while it may.</summary>
    public string? WhyEnded() => log.AccessChanges != _changes
        ? "the rules of access changed"
        : _expires <= clock.GetUtcNow() || !options.ShowDetails(context) ? "the credentials are no longer valid" : null;

    /// <summary>When the credentials end by themselves, as those of a cookie or of a JSON Web Token.</summary>
    /// <remarks>Rule: RFC 7519, 4.1.4, <c>exp</c>.</remarks>
    private static DateTimeOffset? Expiry(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc
        ?? (long.TryParse(context.User.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
}
