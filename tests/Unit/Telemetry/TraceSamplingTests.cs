using HealthAgent.Agent.Telemetry.Otlp;
using HealthAgent.Agent.Telemetry.Traces;

namespace HealthAgent.Unit.Telemetry;

public sealed class TraceSamplingTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("always_on", "0.5", null)]
    [InlineData("always_off", null, null)]
    [InlineData("traceidratio", "0.05", 0.05)]
    [InlineData("parentbased_traceidratio", "0", 0d)]
    [InlineData("traceidratio", null, 1d)]
    public void Share_OfTheEnvironment_IsThatOfTheSamplersByShare(string? sampler, string? argument, double? share)
    {
        var environment = Environment(sampler, argument);

        TraceSampling.ShareOf(environment).ShouldBe(share);
        TraceSampling.FindMistakes(environment).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("traceidratio", "5%", "OTEL_TRACES_SAMPLER_ARG: '5%' is not a ratio; write a number from 0 to 1, such as 0.05")]
    [InlineData("traceidratio", "1.5", "OTEL_TRACES_SAMPLER_ARG: '1.5' is not a ratio; write a number from 0 to 1, such as 0.05")]
    [InlineData("traceidratoi", null, "OTEL_TRACES_SAMPLER: 'traceidratoi' is not a sampler (did you mean 'traceidratio'?)")]
    public void Mistakes_OfTheEnvironment_AreNamed(string sampler, string? argument, string mistake) =>
        TraceSampling.FindMistakes(Environment(sampler, argument)).Select(found => $"{found.Variable}: {found.Message}")
            .ShouldBe([mistake]);

    [Theory]
    [InlineData("disk", null, "OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH: is not set; set it to a writable folder")]
    [InlineData("disc", "/tmp",
        "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: 'disc' is not supported; write disk, or unset it to buffer in memory")]
    public void Mistakes_OfRetry_AreNamed(string retry, string? path, string mistake) =>
        OtlpVariables.FindMistakes(name => name switch
        {
            "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY" => retry,
            "OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH" => path,
            _ => null,
        }).Select(found => $"{found.Variable}: {found.Message}").ShouldBe([mistake]);

    private static Func<string, string?> Environment(string? sampler, string? argument) =>
        name => name switch { "OTEL_TRACES_SAMPLER" => sampler, "OTEL_TRACES_SAMPLER_ARG" => argument, _ => null };
}
