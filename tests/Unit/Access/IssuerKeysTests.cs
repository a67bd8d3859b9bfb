using HealthAgent.Agent.Access;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace HealthAgent.Unit.Access;

/// <summary>Where the keys of JSON Web Tokens come from, and what an issuer can do to the agent.</summary>
public sealed class IssuerKeysTests : AgentWithIssuer
{
    [Fact]
    public async Task Key_ThatIsNew_IsFetchedForTheTokenThatNeedsIt()
    {
        await GetAsync(Token());
        Issuer.Rotate("two");
        Agent.Clock.Advance(IssuerKeys.Pause);

        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        Issuer.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task Keys_ThatNobodyHas_MakeFewRequests()
    {
        await GetAsync(Token());
        for (var i = 0; i < 8; i++)
        {
            var forged = Issuer.NewKey($"made-up-{i}");
            await ShouldBeRefusedAsync(
                Token(token => token.SigningCredentials = new SigningCredentials(forged, SecurityAlgorithms.RsaSha256)),
                "a JWT with a key that its issuer does not have");
        }

        Issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Issuer_ThatIsDown_LeavesTheKeysThatAreKnown()
    {
        var known = Issuer.Key;
        await GetAsync(Token());
        Issuer.Instead = Failing;
        Agent.Clock.Advance(IssuerKeys.Pause);

        // Whether it is a key of the issuer, nobody knows: it is not the caller's fault.
        var unknown = Token(token => token.SigningCredentials = new SigningCredentials(Issuer.NewKey("two"), SecurityAlgorithms.RsaSha256));
        var reply = await GetAsync(unknown);
        reply.ShouldBeProblem(503);
        reply.Headers["Retry-After"].ShouldBe("10");

        (await GetAsync(Token(token => token.SigningCredentials = new SigningCredentials(known, SecurityAlgorithms.RsaSha256))))
            .Body.ShouldContain("secret-name");
        Agent.Log.Records.ShouldContain(record => record.Message.Contains("the keys of", StringComparison.Ordinal)
            && record.Message.EndsWith("/.well-known/openid-configuration answers 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Issuer_ThatWasNeverThere_IsAskedAgainAfterAPause()
    {
        Issuer.Instead = Failing;
        for (var i = 0; i < 2 * FailedAttempts.AtOnce; i++)
        {
            (await GetAsync(Token())).ShouldBeProblem(503);
        }

        Issuer.Asked.ShouldBe(1);
        Issuer.Instead = null;
        Agent.Clock.Advance(IssuerKeys.PauseAfterFailure);
        (await GetAsync(Token())).Body.ShouldContain("secret-name");
    }

    [Fact]
    public async Task Issuer_ThatSpeaksForAnother_IsNotBelieved()
    {
        Issuer.Instead = context => Issuer.AnswerRightAsync(context, issuer: "https://id.example");

        (await GetAsync(Token())).ShouldBeProblem(503);
    }

    [Fact]
    public async Task Issuer_WhoseKeysComeWithoutTls_IsNotBelieved()
    {
        // Reaches this machine, and is no loopback address.
        Issuer.Instead = context => Issuer.AnswerRightAsync(
            context, keys: Issuer.Url.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal));

        (await GetAsync(Token())).ShouldBeProblem(503);
        Agent.Log.Records.ShouldContain(record => record.Message.EndsWith("/keys is not https", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Issuer_ThatRedirectsOrSendsTooMuch_IsNotFollowed()
    {
        Issuer.Instead = context =>
        {
            if (context.Request.Path != Issuer.Metadata)
            {
                return Issuer.AnswerRightAsync(context);
            }

            context.Response.Redirect($"{Issuer.Url}/elsewhere");
            return Task.CompletedTask;
        };
        (await GetAsync(Token())).ShouldBeProblem(503);

        Agent.Clock.Advance(IssuerKeys.PauseAfterFailure);
        Issuer.Instead = context => context.Response.WriteAsync(new string(' ', 300 * 1024));
        (await GetAsync(Token())).ShouldBeProblem(503);
    }

    [Fact]
    public async Task Issuer_ThatHangs_HoldsUpNobodyButThoseWithItsTokens()
    {
        var hangs = new TaskCompletionSource();
        Issuer.Instead = async context =>
        {
            hangs.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var waiting = new[] { GetAsync(Token()), GetAsync(Token()) };
        await hangs.Task.WaitAsync(TestContext.Current.CancellationToken);

        (await Agent.GetAsync("/livez")).Status.ShouldBe(200);
        Agent.Clock.Advance(IssuerKeys.Limit);

        foreach (var reply in await Task.WhenAll(waiting))
        {
            reply.ShouldBeProblem(503);
        }

        Issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_AnHourOld_AreFetchedAgainInTheBackground()
    {
        await GetAsync(Token());
        Agent.Clock.Advance(IssuerKeys.GoodFor);

        (await GetAsync(Token())).Body.ShouldContain("secret-name");
        await Eventually.Is(() => Issuer.Asked == 2, "the keys are fetched again");
    }

    private static Task Failing(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }
}
