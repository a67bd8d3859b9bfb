using HealthAgent.Configuration;
using HealthAgent.Endpoints;
using HealthAgent.Planning;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Agent.Access;

/// <summary>Sets ASP.NET Core's JWT authentication by <c>access.jwt</c>, and again when that changes.</summary>
internal sealed class JwtSetup : IConfigureNamedOptions<JwtBearerOptions>, IOptionsChangeTokenSource<JwtBearerOptions>, IPlanListener
{
    // Asymmetric ones alone: with a symmetric one, the issuer's public key would be a password.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    // How far clocks may be apart.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly IServiceProvider _services;
    private readonly TimeProvider _clock;
    private ConfigurationReloadToken _changed = new();
    private volatile Current? _current;

    public JwtSetup(AgentPlan plan, IServiceProvider services, TimeProvider clock)
    {
        (_services, _clock) = (services, clock);
        Take(plan.Access.Jwt);
    }

    /// <inheritdoc />
    public string Name => AccessSetup.Jwt;

    /// <inheritdoc />
    public IChangeToken GetChangeToken() => _changed;

    /// <inheritdoc />
    public void OnReplaced(AgentPlan next)
    {
        Take(next.Access.Jwt);
        Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload();
    }

    /// <inheritdoc />
    public void Configure(JwtBearerOptions options) => Configure(Name, options);

    /// <inheritdoc />
    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != Name || _current is not var (rules, keys))
        {
            return;
        }

        options.ConfigurationManager = keys;
        options.RefreshOnIssuerKeyNotFound = false;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = rules.Issuer,
            ValidAudience = rules.Audience,
            ValidAlgorithms = Algorithms,
            LifetimeValidator = IsValidNow,
        };
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = async context =>
            {
                if (!TryReadKey(BearerToken.Of(context.Request)!, out var key))
                {
                    context.Fail("a token that is not valid");
                }
                else if (!await keys.CanJudgeAsync(key, context.HttpContext.RequestAborted))
                {
                    context.Fail(new IssuerUnavailableException("keys unavailable"));
                }
            },
            OnTokenValidated = context =>
            {
                var token = (JsonWebToken)context.SecurityToken;
                context.Principal = Callers.Principal(JwtClaims.NameOf(token), JwtClaims.RoleOf(token, rules), AccessSetup.Jwt);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = context =>
            {
                context.Fail(context.Exception);
                return Task.CompletedTask;
            },
        };
    }

    private void Take(JwtRules? rules) => _current = rules is null
        ? null
        : new Current(rules, _current is { Keys: { } keys } && keys.Issuer == rules.Issuer
            ? keys
            : ActivatorUtilities.CreateInstance<IssuerKeys>(_services, rules));

    private bool IsValidNow(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + Skew && (notBefore is not { } begin || begin - Skew <= now);
    }

    private static bool TryReadKey(string token, out string? key)
    {
        key = null;
        try
        {
            key = new JsonWebToken(token).Kid;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return false;
        }
    }

    private sealed record Current(JwtRules Rules, IssuerKeys Keys);
}
