using HealthAgent;
using HealthAgent.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of Health Agent.</summary>
public static class HealthAgentEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/livez</c>, <c>/readyz</c>, <c>/startupz</c>, <c>/health</c> and what is below it, <c>/api/v1/health</c>,
    /// <c>/events</c>, <c>/maintenance</c>, <c>/silences</c>, <c>/heartbeats</c>, and <c>POST /reload</c> where there is a configuration
    /// file or a source. They answer from the snapshot in memory; only <c>POST …/run</c> runs checks. By default nobody sees details, and
    /// nobody may act.
    /// </summary>
    /// <param name="endpoints">Where to map them: an application, or a group with a prefix.</param>
    /// <param name="configure">Chooses who sees details and who may act.</param>
    /// <returns>The endpoints, for conventions such as <c>RequireHost</c>.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no <c>AddHealthAgent</c>; or the configuration is not valid, and the message has a line for every error.
    /// </exception>
    public static HealthAgentEndpoints MapHealthAgent(
        this IEndpointRouteBuilder endpoints, Action<HealthAgentEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<Answers>() is null)
        {
            throw new InvalidOperationException("there is no agent; call builder.Services.AddHealthAgent(…) first");
        }

        var options = new HealthAgentEndpointOptions();
        configure?.Invoke(options);
        return new HealthAgentEndpoints(endpoints, options);
    }
}
