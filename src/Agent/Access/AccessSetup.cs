using HealthAgent.Planning;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;

namespace HealthAgent.Agent.Access;

/// <summary>The authentication schemes: bearer tokens, certificates of callers, and JSON Web Tokens.</summary>
internal static class AccessSetup
{
    /// <summary>The names of the schemes, which are the authentication types of the callers' identities.</summary>
    public const string Token = "token", Certificate = "certificate", Jwt = "jwt";

    /// <summary>Adds the schemes. The section <c>access</c> of the plan in force decides what each accepts.</summary>
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        // AccessLog reports what is refused, and keeps within bounds.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None);
        var services = builder.Services;
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<AccessPipeline>();

        // The core alone: the whole of it keeps keys for cookies in the home directory.
        services.AddAuthenticationCore(static options => options.DefaultChallengeScheme = Token);
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoConfiguration>();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Token, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, CertificateHandler>(Certificate, configureOptions: null)
            .AddJwtBearer(Jwt, static _ => { });
        services.AddSingleton<IDocumentRetriever, IssuerDocuments>();
        services.AddSingleton<JwtSetup>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>>(static provider => provider.GetRequiredService<JwtSetup>());
        services.AddSingleton<IOptionsChangeTokenSource<JwtBearerOptions>>(static provider => provider.GetRequiredService<JwtSetup>());
        services.AddSingleton<IPlanListener>(static provider => provider.GetRequiredService<JwtSetup>());
    }

    /// <summary>Schemes are set by <c>agent.yaml</c> alone, and not by <c>Authentication__Schemes__…</c> in the environment.</summary>
    private sealed class NoConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
