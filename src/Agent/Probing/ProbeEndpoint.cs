using System.Globalization;
using System.Text;
using HealthAgent.Agent.Access;
using HealthAgent.Endpoints;
using HealthAgent.State;

namespace HealthAgent.Agent.Probing;

/// <summary><c>/probe</c>, in the form of blackbox_exporter.</summary>
internal static class ProbeEndpoint
{
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text";
    private const string OpenMetrics = $"{OpenMetricsType}; version=1.0.0; charset=utf-8";
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>Maps the route; 404 where the configuration has no section <c>probe</c>.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="options">Who may have a probe explained.</param>
    public static IEndpointConventionBuilder MapProbe(this IEndpointRouteBuilder routes, HealthAgentEndpointOptions options)
    {
        var (store, probes) = (
            routes.ServiceProvider.GetRequiredService<StateStore>(), routes.ServiceProvider.GetRequiredService<ProbeRuns>());
        var explain = options.RequireDetails(context => ServeAsync(context, store, probes, options, isExplained: true));
        return routes.MapReading("/probe", context => IsExplained(context.Request)
            ? explain(context)
            : ServeAsync(context, store, probes, options, isExplained: false));
    }

    private static bool IsExplained(HttpRequest request) => request.Query["debug"].FirstOrDefault() == "true";

    private static async Task ServeAsync(
        HttpContext context, StateStore store, ProbeRuns probes, HealthAgentEndpointOptions options, bool isExplained)
    {
        if (store.Current.Plan.Probe is not { } plan)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "agent.yaml has no section 'probe'");
            return;
        }

        // A link that somebody follows, as from Prometheus' page of targets, is no other page's doing.
        if (!Permissions.IsNoOtherSite(context.Request) && context.Request.Headers["Sec-Fetch-Dest"] != "document")
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "pages of other sites cannot have targets probed");
            return;
        }

        if (ProbeRequest.Read(context.Request, plan, out var error) is not { } request)
        {
            await RefuseAsync(context, error.Status, error.Words);
            return;
        }

        ProbeAnswer answer;
        try
        {
            answer = await probes.RunAsync(request.Module, request.Target, request.Timeout, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (answer.Run is { } run)
        {
            await AnswerOf(context.Request, request, run, isExplained).SendAsync(context);
            return;
        }

        await RefuseAsync(context, answer, options.ShowDetails(context));
    }

    private static Answer AnswerOf(HttpRequest asked, ProbeRequest request, ProbeRun run, bool isExplained)
    {
        var isOpenMetrics = !isExplained && Accepts(asked, OpenMetricsType);
        var metrics = GaugeFamily.Format(ProbeMetrics.Of(run), isOpenMetrics);
        return new Answer(
            StatusCodes.Status200OK,
            isExplained ? PlainText : isOpenMetrics ? OpenMetrics : PrometheusText,
            Encoding.UTF8.GetBytes(isExplained ? ProbeExplanation.Of(request.Module, run, metrics) : metrics));
    }

    private static bool Accepts(HttpRequest request, string type) => request.GetTypedHeaders().Accept.Any(
        accepted => accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) && accepted.Quality is not 0);

    private static Task RefuseAsync(HttpContext context, ProbeAnswer answer, bool showsDetails)
    {
        var (status, words) = answer.Refusal switch
        {
            ProbeRefusal.TooOften => (StatusCodes.Status429TooManyRequests, "the target is probed too often"),
            ProbeRefusal.TooMany => (StatusCodes.Status429TooManyRequests, "too many targets are probed at once"),
            ProbeRefusal.Busy => (StatusCodes.Status503ServiceUnavailable, "no slot for the probe in time; see agent.concurrency"),
            ProbeRefusal.Stopping => (StatusCodes.Status503ServiceUnavailable, "the agent is stopping"),
            _ => (
                StatusCodes.Status400BadRequest,
                showsDetails ? string.Join("; ", answer.Problems ?? []) : "the module cannot take the target"),
        };
        if (answer.Refusal is not ProbeRefusal.Unfit)
        {
            context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        }

        return RefuseAsync(context, status, words);
    }

    private static Task RefuseAsync(HttpContext context, int status, string words) => Problems.Of(status, words).SendAsync(context);
}
