using Microsoft.Extensions.Logging.Console;

namespace HealthAgent.Agent.Logging;

/// <summary>Configures console logging: one line per event, without the web server's information messages.</summary>
internal static class ConsoleSetup
{
    /// <summary>Adds the console; <c>Logging__Console__FormatterName=json</c> selects JSON, as in .NET.</summary>
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // The command reports a failed start in one line instead of a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (builder.Configuration["Logging:Console:FormatterName"] is ConsoleFormatterNames.Json)
        {
            builder.Logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName);
            builder.Services.AddSingleton<ConsoleFormatter, JsonLines>();
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
        }
    }
}
