using DotNet.Testcontainers.Containers;

namespace HealthAgent.Integration.Support;

/// <summary>A container for all tests of a class. It is started by the first of them: one that is skipped needs none.</summary>
public class SharedContainer : IAsyncDisposable
{
    private IContainer? _container;

    protected IContainer Container => _container ?? throw new InvalidOperationException("not started");

    /// <summary>Starts it unless it runs; returns whether it was started.</summary>
    public async Task<bool> StartAsync(Func<IContainer> create)
    {
        if (_container is not null)
        {
            return false;
        }

        _container = create();
        await _container.StartAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    /// <summary>Runs a command within it, and returns what it printed.</summary>
    protected async Task<string> RunAsync(params string[] command)
    {
        var result = await Container.ExecAsync(command);
        result.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}: {result.Stdout}{result.Stderr}");
        return result.Stdout.Trim();
    }
}
