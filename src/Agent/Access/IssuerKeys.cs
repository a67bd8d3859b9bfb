using HealthAgent.Checks;
using HealthAgent.Configuration;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace HealthAgent.Agent.Access;

/// <summary>
/// The keys by which an issuer signs tokens. Fetched with the first token, again in the background every hour, and again for a key that is
/// unknown; never more often than the pauses here, however many tokens come, and one fetch at a time that all wait for.
/// </summary>
/// <remarks>The framework's own manager lets each caller fetch in turn while an issuer hangs.</remarks>
internal sealed partial class IssuerKeys(
    JwtRules rules, IDocumentRetriever documents, TimeProvider clock, ILogger<IssuerKeys> logger)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>The longest that a fetch may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two fetches for unknown keys.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a fetch that failed.</summary>
    public static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>After how long keys are fetched again.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private volatile OpenIdConnectConfiguration? _known;
    private volatile bool _hasFailed;
    private long? _begun;
    private Task _fetching = Task.CompletedTask;

    /// <summary>The issuer.</summary>
    public string Issuer => rules.Issuer;

    /// <summary>Whether a token with this key can be judged, by the keys that are known or after fetching them.</summary>
    /// <param name="key">The <c>kid</c> of the token; null or empty where it has none.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch goes on for others.</param>
    public async Task<bool> CanJudgeAsync(string? key, CancellationToken cancellationToken)
    {
        if (!Knows(key))
        {
            await FetchAsync(isUrgent: true).WaitAsync(cancellationToken);
            return Knows(key) || (_known is not null && !_hasFailed);
        }

        _ = FetchAsync(isUrgent: false);
        return true;
    }

    /// <inheritdoc />
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => _known is { } known
        ? Task.FromResult(known)
        : Task.FromException<OpenIdConnectConfiguration>(new IssuerUnavailableException("the keys of the issuer are unavailable"));

    /// <inheritdoc />
    public void RequestRefresh()
    {
        // CanJudgeAsync has done so.
    }

    private bool Knows(string? key) =>
        _known is { } known && (string.IsNullOrEmpty(key) || known.SigningKeys.Any(signing => signing.KeyId == key));

    private Task FetchAsync(bool isUrgent)
    {
        lock (_gate)
        {
            var pause = _hasFailed ? PauseAfterFailure : isUrgent ? Pause : GoodFor;
            if (!_fetching.IsCompleted || (_begun is { } begun && clock.GetElapsedTime(begun) < pause))
            {
                return isUrgent ? _fetching : Task.CompletedTask;
            }

            _begun = clock.GetTimestamp();
            return _fetching = Task.Run(FetchNowAsync);
        }
    }

    private async Task FetchNowAsync()
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(rules.Metadata.ToString(), documents, limit.Token);
            (_known, _hasFailed) = (Verified(found), false);
        }
#pragma warning disable CA1031 // Whatever an issuer answers, the keys that are known go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _hasFailed = true;
            LogUnavailable(
                rules.Issuer,
                limit.IsCancellationRequested ? $"no answer within {Units.Format(Limit)}"
                    : PlainText.Line(e is IssuerUnavailableException ? e.Message : Failures.Describe(e)));
        }
    }

    /// <summary>An issuer speaks for itself only.</summary>
    /// <remarks>Rule: OpenID Connect Discovery 1.0, 4.3.</remarks>
    private OpenIdConnectConfiguration Verified(OpenIdConnectConfiguration found) =>
        found.Issuer != rules.Issuer ? throw new IssuerUnavailableException($"the metadata are those of '{found.Issuer}'")
        : found.SigningKeys.Count == 0 ? throw new IssuerUnavailableException("there are no keys")
        : found;

    [LoggerMessage(40, LogLevel.Warning, "access.jwt: the keys of {Issuer} are unavailable, keeping those that are known: {Reason}")]
    private partial void LogUnavailable(string issuer, string reason);
}
