using System.Runtime.InteropServices;
using HealthAgent.Reload;

namespace HealthAgent.Agent.Hosting;

/// <summary>Reloads on SIGHUP, which by default ends a process.</summary>
internal sealed class HangUp(ReloadTriggers triggers, ServiceManager manager, IHostApplicationLifetime lifetime)
    : IHostedService, IDisposable
{
    private PosixSignalRegistration? _registration;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = ReloadAsync();
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _registration?.Dispose();

    private async Task ReloadAsync()
    {
        manager.Reloading();
        await triggers.ReloadAsync(lifetime.ApplicationStopping);
        manager.Ready();
    }
}
