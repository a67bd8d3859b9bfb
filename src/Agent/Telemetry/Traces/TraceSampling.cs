using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Trace;

namespace HealthAgent.Agent.Telemetry.Traces;

/// <summary>Samples by ratio but keeps every run that failed or changed a status; of the others, <c>OTEL_TRACES_SAMPLER_ARG</c>.</summary>
internal sealed class TraceSampling(double share) : Sampler
{
    private const string Variable = "OTEL_TRACES_SAMPLER", Argument = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] ByShare = ["traceidratio", "parentbased_traceidratio"];
    private static readonly string[] Known = ["always_on", "always_off", "parentbased_always_on", "parentbased_always_off", .. ByShare];

    private readonly TraceIdRatioBasedSampler _share = new(share);

    /// <summary>The configured ratio; null if all or none are sampled.</summary>
    public static double? ShareOf(Func<string, string?> environment) =>
        ByShare.Contains(environment(Variable), StringComparer.Ordinal) ? Share(environment(Argument)) ?? 1 : null;

    /// <summary>Invalid variables; the library would silently use its default.</summary>
    public static IEnumerable<(string Variable, string Message)> FindMistakes(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } sampler && !Known.Contains(sampler, StringComparer.Ordinal))
        {
            yield return (Variable, $"'{sampler}' is not a sampler{Vocabulary.Suggestion.For(sampler, Known)}");
        }

        if (ByShare.Contains(environment(Variable), StringComparer.Ordinal) && environment(Argument) is { Length: > 0 } share
            && Share(share) is null)
        {
            yield return (Argument, $"'{share}' is not a ratio; write a number from 0 to 1, such as 0.05");
        }
    }

    /// <inheritdoc />
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var chosen = samplingParameters.ParentContext.TraceId == default
            ? _share.ShouldSample(samplingParameters).Decision == SamplingDecision.RecordAndSample
            : samplingParameters.ParentContext.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        return new SamplingResult(chosen ? SamplingDecision.RecordAndSample : SamplingDecision.RecordOnly);
    }

    private static double? Share(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? share
            : null;
}
