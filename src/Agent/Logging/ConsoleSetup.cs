using Microsoft.Extensions.Logging.Console;

namespace HealthAgent.Agent.Logging;

/// <summary>What is said on the console: one line an event, and nothing of the web server's small talk.</summary>
internal static class ConsoleSetup
{
    /// <summary>Sets the console up; <c>Logging__Console__FormatterName=json</c>, as .NET has it, makes it speak JSON.</summary>
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is told by the command, in words rather than as a stack.
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
