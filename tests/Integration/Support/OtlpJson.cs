using System.Globalization;
using System.Text.Json;

namespace HealthAgent.Integration.Support;

/// <summary>Attributes by name, their values as text.</summary>
internal sealed class OtlpAttributeMap : Dictionary<string, string>
{
    /// <summary>The attributes of an OTLP message.</summary>
    public static OtlpAttributeMap Of(JsonElement owner, string list = "attributes")
    {
        var map = new OtlpAttributeMap();
        foreach (var attribute in owner.List(list))
        {
            // A value is an object with one member, named after its type.
            map.Add(attribute.Text("key"), attribute.GetProperty("value").EnumerateObject().Single().Value.ToString());
        }

        return map;
    }

    /// <summary>The value; empty if missing.</summary>
    public string Text(string name) => TryGetValue(name, out var value) ? value : "";
}

/// <summary>The resource and the name of the scope.</summary>
internal sealed record OtlpOrigin(OtlpAttributeMap Resource, string Scope);

/// <summary>A metric of one export.</summary>
internal sealed record OtlpMetric(
    OtlpOrigin Origin, string Name, string Unit, string Description, string Type, int Temporality, bool IsMonotonic,
        IReadOnlyList<OtlpPoint> Points);

/// <summary>A data point: a number, or a histogram's count, sum and bounds.</summary>
internal sealed record OtlpPoint(
    OtlpAttributeMap Attributes, double Value, long Count, IReadOnlyList<double> Bounds, IReadOnlyList<OtlpExemplar> Exemplars);

/// <summary>The trace and span of an exemplar.</summary>
internal sealed record OtlpExemplar(string TraceId, string SpanId);

/// <summary>A span, its ids in hex.</summary>
internal sealed record OtlpSpan(
    OtlpOrigin Origin, string TraceId, string SpanId, string ParentSpanId, string Name, int Kind, int StatusCode,
        OtlpAttributeMap Attributes);

/// <summary>A log record, its ids in hex.</summary>
internal sealed record OtlpLog(
    OtlpOrigin Origin, string EventName, int SeverityNumber, string SeverityText, string Body, string TraceId, string SpanId,
        OtlpAttributeMap Attributes);

/// <summary>Parses OTLP's JSON, in which default values are omitted.</summary>
internal static class OtlpJson
{
    private static readonly string[] DataTypes = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];

    public static IEnumerable<OtlpMetric> Metrics(JsonElement export) =>
        Each(export, "resourceMetrics", "scopeMetrics", "metrics", ToMetric);

    public static IEnumerable<OtlpSpan> Spans(JsonElement export) =>
        Each(export, "resourceSpans", "scopeSpans", "spans", (origin, span) => new OtlpSpan(
        origin, span.Text("traceId"), span.Text("spanId"), span.Text("parentSpanId"), span.Text("name"), (int)span.Number("kind"),
        span.TryGetProperty("status", out var status) ? (int)status.Number("code") : 0, OtlpAttributeMap.Of(span)));

    public static IEnumerable<OtlpLog> Logs(JsonElement export) =>
        Each(export, "resourceLogs", "scopeLogs", "logRecords", (origin, log) => new OtlpLog(
        origin, log.Text("eventName"), (int)log.Number("severityNumber"), log.Text("severityText"),
        log.TryGetProperty("body", out var body)
            ? body.Text("stringValue")
            : "", log.Text("traceId"), log.Text("spanId"), OtlpAttributeMap.Of(log)));

    internal static IEnumerable<JsonElement> List(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

    internal static string Text(this JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.ToString() : "";

    // 64-bit integers are strings in JSON.
    private static double Number(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) ? double.Parse(value.ToString(), CultureInfo.InvariantCulture) : 0;

    private static IEnumerable<T> Each<T>(
        JsonElement export, string resources, string scopes, string items, Func<OtlpOrigin, JsonElement, T> read) =>
        from resource in export.List(resources)
        let attributes = OtlpAttributeMap.Of(resource.GetProperty("resource"))
        from scope in resource.List(scopes)
        let origin = new OtlpOrigin(attributes, scope.TryGetProperty("scope", out var named) ? named.Text("name") : "")
        from item in scope.List(items)
        select read(origin, item);

    private static OtlpMetric ToMetric(OtlpOrigin origin, JsonElement metric)
    {
        var type = DataTypes.Single(name => metric.TryGetProperty(name, out _));
        var data = metric.GetProperty(type);
        return new OtlpMetric(
            origin, metric.Text("name"), metric.Text("unit"), metric.Text("description"), type, (int)data.Number("aggregationTemporality"),
            data.Text("isMonotonic") == bool.TrueString, [.. data.List("dataPoints").Select(ToPoint)]);
    }

    private static OtlpPoint ToPoint(JsonElement point) => new(
        OtlpAttributeMap.Of(point),
        point.TryGetProperty("asInt", out _) ? point.Number("asInt") : point.Number("asDouble"),
        (long)point.Number("count"),
        [.. point.List("explicitBounds").Select(bound => bound.GetDouble())],
        [.. point.List("exemplars").Select(exemplar => new OtlpExemplar(exemplar.Text("traceId"), exemplar.Text("spanId")))]);
}
