using System.Runtime.InteropServices;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// Waits for a stop request: a signal, or the host stopping by itself. Does not stop the host, so that components that stop with it, such
/// as exporters, keep working during the drain. A second signal exits at once.
/// </summary>
internal sealed class StopSignals(IHostApplicationLifetime host) : IHostLifetime, IDisposable
{
    // Exit codes of a process killed by the signal: 128 plus its number.
    internal static readonly (PosixSignal Signal, int ExitCode)[] Handled =
        [(PosixSignal.SIGINT, 130), (PosixSignal.SIGQUIT, 131), (PosixSignal.SIGTERM, 143)];

    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _registrations = [];
    private int _signals;

    /// <summary>Completes when a stop is requested.</summary>
    public Task Requested => _requested.Task;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(host.ApplicationStopping.Register(() => _requested.TrySetResult()));
        foreach (var (signal, exitCode) in Handled)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context => Handle(context, exitCode)));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Handle(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            Environment.Exit(exitCode);
        }

        _requested.TrySetResult();
    }
}
