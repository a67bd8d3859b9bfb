using HealthAgent.Kinds;
using Microsoft.EntityFrameworkCore;
using OpenTelemetry;
using Shop;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDbContext<Orders>(database => database.UseInMemoryDatabase("orders"));

// The shop's own check, registered as everywhere in .NET …
builder.Services.AddHealthChecks()
    .AddDbContextCheck<Orders>(
        "orders-db", tags: ["ready"], customTestQuery: static (orders, cancellation) => orders.CanBeReadAsync(cancellation));

// … is run by the agent in the background, beside those of agent.yaml.
builder.Services.AddHealthAgent(agent => agent
    .AddRegisteredHealthChecks()
    .AddYamlFile(Path.Combine(AppContext.BaseDirectory, "agent.yaml"))
    .AddKinds(CheckKinds.All));

// The shop's own telemetry, which collects the agent by name. OTEL_EXPORTER_OTLP_ENDPOINT says where to.
var telemetry = builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddMeter("HealthAgent"))
    .WithTracing(traces => traces.AddSource("HealthAgent"))
    .WithLogging();
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
{
    telemetry.UseOtlpExporter();
}

var app = builder.Build();
app.MapGet("/products", () => new[] { new { Name = "tea", Price = 4.20m } });

// Was: app.MapHealthChecks("/health"), which ran every check for every request.
app.MapHealthAgent(
    options => options.ShowDetails = context => context.Connection.LocalPort == app.Configuration.GetValue<int>("AdminPort"));
app.Run();
