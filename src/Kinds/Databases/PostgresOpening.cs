using System.Net;
using System.Runtime.ExceptionServices;
using HealthAgent.Checks;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Kinds.Network.Tls;
using Npgsql;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Opens a session on the first suitable server: further addresses and servers are tried while one does not respond. Nothing is
/// remembered between runs; Npgsql itself skips servers that failed within the last ten seconds.
/// </summary>
internal sealed class PostgresOpening(PostgresSettings settings, TimeSpan deadline, TimeProvider clock)
{
    private const string State = "select pg_is_in_recovery(), current_setting('default_transaction_read_only')";

    /// <summary>Opens the session; also returns what was observed of the server's certificate.</summary>
    public async Task<(PostgresSession Session, IReadOnlyDictionary<string, object> Observed)> OpenAsync(
        CancellationToken cancellationToken)
    {
        var choices = SessionAttributes.Choices(settings.SessionAttributes);
        for (var choice = 0; ; choice++)
        {
            var (wanted, isLast) = (choices[choice], choice == choices.Count - 1);

            // A server that does not respond may be of the preferred kind; leave time to fall back to another.
            using var half = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : deadline / 2, clock);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(half.Token, cancellationToken);
            try
            {
                var opened = await FirstAsync(settings.Servers, (server, token) => OfServerAsync(server, wanted, token), stop.Token);
                return (opened.Session, opened.Observed);
            }
            catch (Exception) when (!isLast && !cancellationToken.IsCancellationRequested)
            {
                // No server of the preferred kind.
            }
            catch (AggregateException e) when (MostTelling(e) is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private Task<Opened> FirstAsync<T>(
        IEnumerable<T> ways, Func<T, CancellationToken, Task<Opened>> open, CancellationToken cancellationToken) =>
        StaggeredStart.FirstAsync(
            [.. ways.Select(way => (Func<CancellationToken, Task<Opened>>)(stop => open(way, stop)))], clock, cancellationToken);

    private async Task<Opened> OfServerAsync(NetworkAddress server, string wanted, CancellationToken cancellationToken)
    {
        if (PostgresServers.IsSocket(server.Host) || IPAddress.TryParse(server.Host, out _))
        {
            return await OfAddressAsync(server, server.Host, wanted, cancellationToken);
        }

        var addresses = await ServerConnection.ResolveAsync(server.Host, RunExplanation.Current, cancellationToken);
        return await FirstAsync(addresses, (address, stop) => OfAddressAsync(server, address.ToString(), wanted, stop), cancellationToken);
    }

    private Task<Opened> OfAddressAsync(NetworkAddress server, string address, string wanted, CancellationToken cancellationToken) =>
        RunExplanation.Current is { } explanation
            ? ExplainAddressAsync(server, address, wanted, explanation, cancellationToken)
            : OpenAddressAsync(server, address, wanted, cancellationToken);

    private async Task<Opened> ExplainAddressAsync(
        NetworkAddress server, string address, string wanted, RunExplanation explanation, CancellationToken cancellationToken)
    {
        var attempt = explanation.Connecting(server.ToString(), address);
        try
        {
            var opened = await OpenAddressAsync(server, address, wanted, cancellationToken);
            explanation.Connected(attempt);
            return opened;
        }
        catch (Exception e)
        {
            explanation.Failed(
                attempt, e, e is PostgresException refused ? PostgresErrors.Describe(refused, isOpen: false) : Failures.Describe(e));
            throw;
        }
    }

    private async Task<Opened> OpenAddressAsync(NetworkAddress server, string address, string wanted, CancellationToken cancellationToken)
    {
        Dictionary<string, object> observed = new(StringComparer.Ordinal);
        var tls = new TlsTrace((name, value) => observed[name] = value, clock);
        var session = await LogInAsync(server, address, tls, observed, cancellationToken);
        try
        {
            if (!SessionAttributes.IsAny(wanted)
                && await session.QueryAsync(State, columns: 2, cancellationToken) is [var recovery, var readOnly]
                && SessionAttributes.Mismatch(wanted, recovery == "t", readOnly == "on") is { } mismatch)
            {
                throw new CheckFailedException(ErrorType.ConnectionFailed, $"{server} {mismatch}", observed);
            }

            return new Opened(session, observed);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task<PostgresSession> LogInAsync(
        NetworkAddress server, string address, TlsTrace tls, Dictionary<string, object> observed, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                return await LogInAsync(settings.SslMode);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification
                && settings.SslMode == SslMode.Prefer && observed.Count > 0)
            {
                // With prefer, the driver retried without TLS and reports that failure; repeat with TLS to get the TLS error.
                return await LogInAsync(SslMode.Require);
            }
        }
        catch (Exception e) when (
            e is not OperationCanceledException && tls.Failure(Failures.Causes(e), isClosed: false) is var (type, words))
        {
            throw new CheckFailedException(type, words, observed, e);
        }

        Task<PostgresSession> LogInAsync(SslMode mode) =>
            PostgresSession.OpenAsync(settings, server, address, mode, deadline, tls, cancellationToken);
    }

    /// <summary>Of several failures, prefers one reported by a server over a missing connection.</summary>
    private static Exception? MostTelling(AggregateException failures)
    {
        var all = failures.Flatten().InnerExceptions;
        return all.FirstOrDefault(failure => failure is not OperationCanceledException && Failures.SocketCause(failure) is null)
            ?? all.FirstOrDefault();
    }

    /// <summary>A session and what was observed of the server's certificate.</summary>
    private sealed record Opened(PostgresSession Session, IReadOnlyDictionary<string, object> Observed) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Session.DisposeAsync();
    }
}
