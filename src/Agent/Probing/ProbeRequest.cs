using System.Globalization;
using HealthAgent.Planning;
using HealthAgent.Security;

namespace HealthAgent.Agent.Probing;

/// <summary>What a caller asks for.</summary>
/// <param name="Module">The module.</param>
/// <param name="Target">The target.</param>
/// <param name="Timeout">The deadline: the module's, or half a second before the scrape's.</param>
internal sealed record ProbeRequest(ProbeModule Module, ProbeTarget Target, TimeSpan Timeout)
{
    private const string ScrapeTimeout = "X-Prometheus-Scrape-Timeout-Seconds";
    private const string DefaultModule = "http_2xx";

    // For the way to Prometheus.
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads a request; null, with status and words, where it cannot be answered.</summary>
    public static ProbeRequest? Read(HttpRequest request, ProbePlan plan, out (int Status, string Words) error)
    {
        error = default;
        var query = request.Query;
        var name = query["module"].FirstOrDefault() is { Length: > 0 } given ? given : DefaultModule;
        if (!plan.Modules.TryGetValue(name, out var module))
        {
            error = (StatusCodes.Status400BadRequest, $"Unknown module \"{PlainText.ShortLine(name, 128)}\"");
            return null;
        }

        if (query["target"].FirstOrDefault() is not { Length: > 0 } text)
        {
            error = (StatusCodes.Status400BadRequest, "Target parameter is missing");
            return null;
        }

        if (query.ContainsKey("hostname"))
        {
            error = (StatusCodes.Status400BadRequest, "The parameter hostname is not taken; write a header Host in the module");
            return null;
        }

        if (TimeoutOf(request.Headers[ScrapeTimeout].ToString(), module.Timeout) is not { } timeout)
        {
            error = (StatusCodes.Status400BadRequest, $"{ScrapeTimeout} is not a number of seconds");
            return null;
        }

        var target = module.IsOfUrl ? ProbeTarget.OfUrl(text, out var problem) : ProbeTarget.OfAddress(text, out problem);
        if (target is null)
        {
            error = (StatusCodes.Status400BadRequest, $"The target cannot be probed: {problem}");
            return null;
        }

        if (!plan.Policy.Allows(target))
        {
            error = (StatusCodes.Status403Forbidden, "The target matches no pattern in probe.targets");
            return null;
        }

        return new ProbeRequest(module, target, timeout);
    }

    private static TimeSpan? TimeoutOf(string scrape, TimeSpan module)
    {
        if (scrape.Length == 0)
        {
            return module;
        }

        if (!double.TryParse(scrape, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !(seconds is > 0 and < 1e6))
        {
            return null;
        }

        var whole = TimeSpan.FromSeconds(seconds);
        return Units.Shorter(module, whole > 2 * Reserve ? whole - Reserve : whole / 2);
    }
}
