using HealthAgent.Agent.Telemetry.Otlp;
using Microsoft.Extensions.Configuration;

namespace HealthAgent.Unit.Telemetry;

/// <summary>Values that the libraries would silently ignore.</summary>
public sealed class OtlpVariablesTests
{
    private const string Url = "; write http://HOST:4317 for gRPC, or http://HOST:4318 with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "'http/json' is not supported; write grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "GRPC", "'GRPC' is not supported; write grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "'collector:4317' is not a URL" + Url)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://collector:4317", "'grpc://collector:4317' is not a URL" + Url)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hush@collector:4317",
        "credentials in the URL are ignored; set OTEL_EXPORTER_OTLP_HEADERS, such as Authorization=Basic%20…")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "'10s' is not valid; write a whole number of milliseconds, such as 10000")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "0", "'0' is not valid; write a whole number of milliseconds, such as 10000")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "hush", "header 1 is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b,Authorization: hush", "header 2 is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a b=hush", "header 1 is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "a=hush%0d%0ab", "header 1 is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "'zstd' is not supported; write none or gzip")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "deflate", "'deflate' is not supported; write none or gzip")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/ca.pem",
        "'/no/such/ca.pem' is not a valid PEM file: the file '/no/such/ca.pem' does not exist")]
    [InlineData("OTEL_TRACES_EXPORTER", "jaeger", "'jaeger' is not supported; write otlp or none")]
    [InlineData("OTEL_METRICS_EXPORTER", "otlp,console", "'console' is not supported; write otlp or prometheus or none")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "5s", "'5s' is not valid; write a whole number of milliseconds, such as 1000")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE", "many", "'many' is not valid; write a whole number of records, such as 2048")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "100", "must be at least the batch size 512; raise it, or lower OTEL_BSP_MAX_EXPORT_BATCH_SIZE")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m", "'1m' is not valid; write a whole number of milliseconds, such as 60000")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "-1", "'-1' is not valid; write a whole number of milliseconds, such as 60000")]
    [InlineData("OTEL_METRIC_EXPORT_TIMEOUT", "soon", "'soon' is not valid; write a whole number of milliseconds, such as 30000")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "lowmemory",
        "'lowmemory' is not supported; write cumulative or delta")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "exponential",
        "'exponential' is not supported; write explicit_bucket_histogram or base2_exponential_bucket_histogram")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "env:prod", "attribute 1 is not NAME=VALUE; write NAME=VALUE,NAME=VALUE")]
    [InlineData("OTEL_SDK_DISABLED", "1", "'1' is not supported; write true or false")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes",
        "'sometimes' is not a sampler (valid: always_off, always_on, parentbased_always_off, parentbased_always_on, "
            + "parentbased_traceidratio, traceidratio)")]
    public void Mistake_InAVariable_IsNamed(string variable, string value, string message)
    {
        var found = OtlpVariables.FindMistakes(name => name == variable ? value : null).ShouldHaveSingleItem();

        found.ShouldBe((variable, message));
        found.Message.ShouldNotContain("hush");
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4317/path")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20aHVzaA==,x-scope = a")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "1")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]
    [InlineData("OTEL_METRICS_EXPORTER", "otlp, prometheus")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "env=prod,team=a%20b")]
    [InlineData("OTEL_SDK_DISABLED", "TRUE")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", " ")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE", "512")]
    [InlineData("OTEL_SOMETHING_ELSE", "whatever")]
    public void Value_ThatIsUnderstood_IsNoMistake(string variable, string value) =>
        OtlpVariables.FindMistakes(name => name == variable ? value : null).ShouldBeEmpty();

    [Theory]
    [InlineData("", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1", true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:1", true)]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://c:1", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_TRACES_EXPORTER=otlp", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_TRACES_EXPORTER=", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_TRACES_EXPORTER=none", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_LOGS_EXPORTER=none", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_SDK_DISABLED=true", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_SDK_DISABLED=TRUE", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_SDK_DISABLED=false", true)]
    public void Exports_OfASignal_IsWhatTheEnvironmentSays(string variables, bool expected)
    {
        var environment = new ConfigurationBuilder().AddInMemoryCollection(
            variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
                .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();

        OtlpSetup.Exports(environment, ExportSignals.Traces).ShouldBe(expected);
    }
}
