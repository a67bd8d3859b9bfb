using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Support;

/// <summary>A log that keeps its records.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<CapturedRecord> _records = new();

    public IReadOnlyCollection<CapturedRecord> Records => _records;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _records);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<CapturedRecord> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            records.Enqueue(new CapturedRecord(
                category, logLevel, eventId, formatter(state, exception), exception,
                state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], System.Diagnostics.Activity.Current?.TraceId));
    }
}

/// <summary>One log record.</summary>
internal sealed record CapturedRecord(
    string Category, LogLevel Level, EventId Id, string Message, Exception? Exception,
    IReadOnlyList<KeyValuePair<string, object?>> Attributes, System.Diagnostics.ActivityTraceId? TraceId);
