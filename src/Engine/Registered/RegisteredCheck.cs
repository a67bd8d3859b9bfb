using HealthAgent.Checks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Registered;

/// <summary>
/// A check that is registered in code, as the framework runs it: made for each run, in a scope of its own that ends with
/// the run, however that ends. What it returns is made fit for the agent, whatever it is.
/// </summary>
internal sealed class RegisteredCheck(
    HealthCheckRegistration registration, IServiceScopeFactory scopes, Func<Exception, ErrorType?> classify) : IHealthCheck
{
    private readonly RegisteredData _data = new();

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var check = registration.Factory(scope.ServiceProvider)
                ?? throw new CheckFailedException(ErrorType.Internal, "what is registered makes no check");
            var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancellationToken);
            // Many catch what their own deadline throws and return it as a failure like any other.
            cancellationToken.ThrowIfCancellationRequested();
            return Fit(result);
        }
        catch (Exception e) when (!CanBeTold(e))
        {
            throw new CheckFailedException(ErrorType.Internal, $"{e.GetType().Name}, which does not tell its message");
        }
    }

    private HealthCheckResult Fit(HealthCheckResult result)
    {
        var data = _data.Fit(result.Data);
        if (result.Exception is { } exception && (result.Status == HealthStatus.Unhealthy || result.Status == registration.FailureStatus))
        {
            // A failure, as which status ever it asked to be reported: that is the impact's to say.
            throw new CheckFailedException(
                Failures.Classify(exception, classify), Join(result.Description, Failures.Describe(exception)), data, exception);
        }

        var description = RegisteredData.Cut(result.Description ?? (result.Exception is null ? null : Failures.Describe(result.Exception)));
        if (result.Status == HealthStatus.Healthy && !string.IsNullOrEmpty(description))
        {
            // A pass has no reason, but what it says is worth showing.
            data.TryAdd("description", description);
        }

        var status = result.Status is HealthStatus.Healthy or HealthStatus.Degraded ? result.Status : HealthStatus.Unhealthy;
        return new HealthCheckResult(status, description, exception: null, data);
    }

    private static string Join(string? description, string cause) =>
        RegisteredData.Cut(string.IsNullOrEmpty(description) || description.Contains(cause, StringComparison.Ordinal)
            ? description ?? cause
            : $"{description}: {cause}");

    private static bool CanBeTold(Exception exception)
    {
        try
        {
            return Failures.Describe(exception) is not null;
        }
#pragma warning disable CA1031 // Anything may be thrown by somebody else's Message, and would then be thrown where nobody expects it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
