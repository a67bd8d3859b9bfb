using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Registered;

/// <summary>What an application registers by <c>AddHealthChecks().AddCheck(…)</c>, which never changes.</summary>
/// <param name="registrations">The registrations.</param>
internal sealed class ApplicationChecks(IEnumerable<HealthCheckRegistration> registrations) : IHealthCheckSource
{
    private readonly IReadOnlyList<HealthCheckRegistration> _registrations = [.. registrations];

    /// <inheritdoc />
    public string Name => "code";

    /// <inheritdoc />
    public Task<IReadOnlyList<HealthCheckRegistration>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_registrations);

    /// <inheritdoc />
    public Task WatchAsync(Action changed, CancellationToken cancellationToken) => Task.CompletedTask;
}
