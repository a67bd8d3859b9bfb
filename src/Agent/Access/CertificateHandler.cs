using System.Text.Encodings.Web;
using HealthAgent.Agent.Hosting;
using HealthAgent.State;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthAgent.Agent.Access;

/// <summary>Authenticates callers by the certificate of their connection, which the listener's <c>clientAuthority</c> issued.</summary>
/// <remarks>
/// Microsoft.AspNetCore.Authentication.Certificate is not used: it fetches issuers from where the caller's certificate says, knows nothing
/// of the intermediates that a caller sends, and builds a chain for each request.
/// </remarks>
internal sealed class CertificateHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, StateStore store, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (Context.Features.Get<SentCertificate>() is not { } sent || BoundListener.Of(Context)?.Authorities is not { } authorities)
        {
            return AuthenticateResult.NoResult();
        }

        if (sent.FindProblem(authorities, clock.GetUtcNow()) is { } problem)
        {
            return AuthenticateResult.Fail(problem);
        }

        // One that the authority issued and that nobody wrote down is known by its name, and may do what anybody may.
        var known = store.Current.Plan.Access.Certificates.FirstOrDefault(
            certificate => DistinguishedNames.AreSame(certificate.Subject, sent.Subject));
        return Callers.Ticket(known?.Name ?? sent.Subject.Name, known?.Role ?? Role.Anonymous, Scheme.Name);
    }
}
