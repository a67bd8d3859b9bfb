using System.Runtime.CompilerServices;
using static HealthAgent.Kinds.Network.Grpc.V1.HealthCheckResponse.Types;

namespace HealthAgent.Agent.Grpc;

/// <summary>A watch of one service; disposing closes it.</summary>
internal sealed class HealthWatch(HealthWatches.Service service, Action close) : IDisposable
{
    /// <summary>The status, and then each change, without end.</summary>
    public async IAsyncEnumerable<ServingStatus> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ServingStatus? last = null; ;)
        {
            var (status, changed) = service.Current;
            if (status != last)
            {
                yield return (last = status).Value;
            }
            else
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => close();
}
