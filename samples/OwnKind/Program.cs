// An agent with a kind of its own: the age of a file, such as a report that a job writes every night.
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Settings;
using HealthAgent.Vocabulary;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddHealthAgent(agent => agent.AddYamlFile(Path.Combine(AppContext.BaseDirectory, "agent.yaml")).AddKinds(FileAge.Kind));

var app = builder.Build();
app.MapHealthAgent(static options => options.ShowDetails = static _ => true);
app.Run();

internal sealed class FileAge(string path, TimeProvider clock) : IHealthCheck
{
    private static readonly Setting<string> Report = Setting.RequiredText("path", "the file");

    public static readonly CheckKind Kind = new()
    {
        Name = "file-age",
        Description = "The file is there, and as young and as large as it should be.",
        DefaultTier = Tier.Functional,
        Settings = [Report],
        Values =
        [
            new ObservedValue("age", ObservedType.Duration, "since the file was written"),
            new ObservedValue("size", ObservedType.Size, "how large it is"),
        ],
        Plan = static context =>
        {
            var path = context.Settings.Get(Report);
            return new PlannedCheck(services => new FileAge(path, services.GetRequiredService<TimeProvider>()));
        },
    };

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new CheckFailedException(ErrorType.NotFound, $"there is no file {path}");
        }

        return Task.FromResult(HealthCheckResult.Healthy(data: new Dictionary<string, object>
        {
            ["age"] = clock.GetUtcNow() - file.LastWriteTimeUtc,
            ["size"] = (double)file.Length,
        }));
    }
}
