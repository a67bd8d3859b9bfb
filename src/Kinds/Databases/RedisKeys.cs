using HealthAgent.Checks;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Commands on a key, sent to the node of a cluster that has it: a node answers with the address of another, and the clients of a cluster
/// follow. On a server of its own nothing of it is seen.
/// </summary>
/// <remarks>Rule: Redis cluster specification, "MOVED Redirection" and "ASK redirection".</remarks>
internal sealed class RedisKeys(RedisConnection asked, RedisSettings settings, ConnectionTrace trace) : IAsyncDisposable
{
    // During a failover, one node may still name another that has just ceased to have the key.
    private const int MostRedirects = 5;

    private readonly Dictionary<NetworkAddress, RedisConnection> _others = [];
    private RedisConnection? _owner;

    /// <summary>Sends a command to the node that has its key.</summary>
    /// <exception cref="RedisErrorException">A node sent an error reply.</exception>
    /// <exception cref="CheckFailedException">The node that has the key cannot be reached.</exception>
    public async Task<string?> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        var (doing, node) = (trace.Doing, _owner ?? asked);
        if (_owner is not null)
        {
            trace.Begin($"{doing} at {node.Server}");
        }

        for (var redirects = 0; ; redirects++)
        {
            try
            {
                return await node.AskAsync(cancellationToken, command);
            }
            catch (RedisErrorException e) when (redirects < MostRedirects && RedisRedirect.Parse(e.Message, node.Server) is not null)
            {
                var redirect = RedisRedirect.Parse(e.Message, node.Server)!;
                node = await OfAsync(redirect.Node, doing, cancellationToken);
                trace.Begin($"{doing} at {redirect.Node}");
                if (redirect.IsOnce)
                {
                    await node.AskAsync(cancellationToken, "ASKING");
                }
                else
                {
                    _owner = node;
                }
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others.Values)
        {
            await other.DisposeAsync();
        }
    }

    private async Task<RedisConnection> OfAsync(NetworkAddress address, string doing, CancellationToken cancellationToken)
    {
        if (address == asked.Server)
        {
            return asked;
        }

        if (_others.TryGetValue(address, out var known))
        {
            return known;
        }

        try
        {
            return _others[address] = await RedisConnection.OpenAsync(settings with { Servers = [address] }, trace, cancellationToken);
        }
        catch (Exception e) when (trace.FailureOf(e) is { } failure)
        {
            throw new CheckFailedException(
                failure.ErrorType, $"{doing}: the cluster has it at {address}: {failure.Message}", trace.Observed, e);
        }
    }
}

/// <summary>Where a node of a cluster sends a client.</summary>
/// <param name="Node">The node that has the key.</param>
/// <param name="IsOnce">Whether for this command only, since the key's slot is being moved there.</param>
internal sealed record RedisRedirect(NetworkAddress Node, bool IsOnce)
{
    /// <summary>Parses an error reply; null for what is no redirect. Without a host, it is another port of the node asked.</summary>
    public static RedisRedirect? Parse(string error, NetworkAddress asked)
    {
        if (error.Split(' ') is not [("MOVED" or "ASK") and var code, _, var node]
            || node.LastIndexOf(':') is not (>= 0 and var colon))
        {
            return null;
        }

        var (host, port) = (colon == 0 ? asked.Host : node[..colon], node[(colon + 1)..]);
        var address = NetworkAddress.Parse(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}");
        return address is null ? null : new RedisRedirect(address, code == "ASK");
    }
}
