using System.Collections.Concurrent;
using System.Diagnostics;
using HealthAgent.Checks;
using HealthAgent.Unit.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HealthAgent.Unit.Library;

/// <summary>
/// The application's own OpenTelemetry, which collects the agent by name, and so every agent of this process: this runs alone.
/// </summary>
[CollectionDefinition(nameof(OutsidePipelineTests), DisableParallelization = true)]
[Collection(nameof(OutsidePipelineTests))]
public sealed class OutsidePipelineTests
{
    [Fact]
    public async Task Metrics_OfChecksThatAreGone_AreNotCollectedAnyMore()
    {
        using var collected = new Collected();
        using var reader = new BaseExportingMetricReader(collected);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("HealthAgent").AddReader(reader).Build();
        var file = Path.GetTempFileName();
        Write("a", "b");
        await using var application = await Application.StartAsync(
            services => services.AddHealthAgent(agent => agent.AddYamlFile(file).AddKinds(Own)),
            routes => routes.MapHealthAgent(options => options.AllowActions = _ => true));
        // A run is measured after the snapshot that holds it is published.
        await Eventually.Is(() => Series("health_check.duration").Count == 2, "both are measured");

        Series("health_check.status").ShouldBe(["a", "b"]);
        Series("health_check.duration").ShouldBe(["a", "b"]);

        Write("b", "c");
        (await application.GetAsync("/reload", HttpMethod.Post)).Body.ShouldContain("\"added\"");
        await Eventually.Is(() => Series("health_check.duration") is ["c"], "c is measured, and nothing else");
        Series("health_check.status").ShouldBe(["b", "c"]);
        Series("health_check.duration").ShouldBe(["c"]);

        // A reader has room for a thousand instruments, of which each meter has some twenty.
        for (var i = 0; i < 100; i++)
        {
            Write("b", $"c{i}");
            await application.GetAsync("/reload", HttpMethod.Post);
            reader.Collect();
        }

        Series("health_check.status").ShouldBe(["b", "c99"]);
        File.Delete(file);

        IReadOnlyList<string> Series(string metric)
        {
            collected.Names.Clear();
            reader.Collect();
            return [.. collected.Names
                .Where(one => one.Metric == metric)
                .Select(one => one.Check).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        void Write(params string[] names) => File.WriteAllText(
            file, "checks:\n" + string.Concat(names.Select(name => $"- {{ name: {name}, kind: own, interval: 1h }}\n")));
    }

    [Fact]
    public async Task Spans_OfRuns_AreOfTheSourceThatIsNamed()
    {
        var started = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "HealthAgent",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                if (options.Name.Contains("traced-by-the-application", StringComparison.Ordinal))
                {
                    started.TrySetResult(options.Name);
                }

                return ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var application = await Application.StartAsync(services =>
        {
            services.AddHealthChecks().AddCheck("traced-by-the-application", () => HealthCheckResult.Healthy());
            services.AddHealthAgent(agent => agent.AddRegisteredHealthChecks());
        });

        (await started.Task.Ends()).ShouldBe("health_check traced-by-the-application");
    }

    private static readonly CheckKind Own = new()
    {
        Name = "own",
        Description = "It is ours.",
        DefaultTier = Tier.Dependency,
        Plan = static _ => new PlannedCheck(static _ => new Passing()),
    };

    private sealed class Passing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }

    private sealed class Collected : BaseExporter<Metric>
    {
        public ConcurrentQueue<(string Metric, string Check)> Names { get; } = new();

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    foreach (var (name, value) in point.Tags)
                    {
                        if (name == "health_check.name")
                        {
                            Names.Enqueue((metric.Name, (string)value!));
                        }
                    }
                }
            }

            return ExportResult.Success;
        }
    }
}
