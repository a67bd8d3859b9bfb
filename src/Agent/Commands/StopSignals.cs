using System.Runtime.InteropServices;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// Waits for the request to stop: a signal, or a host that stops by itself. The host is not stopped here, so that what listens to its
/// stop, such as exporters, goes on during the drain. A second signal ends the process at once.
/// </summary>
internal sealed class StopSignals(IHostApplicationLifetime host) : IHostLifetime, IDisposable
{
    // Exit codes of a process that does not handle the signal: 128 and its number.
    private static readonly (PosixSignal Signal, int ExitCode)[] Handled =
        [(PosixSignal.SIGINT, 130), (PosixSignal.SIGQUIT, 131), (PosixSignal.SIGTERM, 143)];

    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _registrations = [];
    private int _signals;

    /// <summary>Completes when the agent is asked to stop.</summary>
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
