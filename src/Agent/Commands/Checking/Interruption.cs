using System.Runtime.InteropServices;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>Cancels on the first signal that asks the process to stop; a second one exits at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    public Interruption()
    {
        foreach (var (signal, exitCode) in StopSignals.Handled)
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context => Handle(context, exitCode)));
        }
    }

    /// <summary>Cancelled on the first signal.</summary>
    public CancellationToken Token => _interrupted.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        _signals.ForEach(static signal => signal.Dispose());
        _interrupted.Dispose();
    }

    private void Handle(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (_interrupted.IsCancellationRequested)
        {
            Environment.Exit(exitCode);
        }

        _interrupted.Cancel();
    }
}
