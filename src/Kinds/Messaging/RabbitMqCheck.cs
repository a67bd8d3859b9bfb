using System.Runtime.ExceptionServices;
using System.Text;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace HealthAgent.Kinds.Messaging;

/// <summary>
/// Opens a new connection and a channel, and checks a queue if configured. A kept connection recovers by itself and would hide what new
/// clients see: a changed password, a deleted virtual host, a full broker.
/// </summary>
internal sealed class RabbitMqCheck(RabbitMqSettings settings, TimeProvider clock) : IHealthCheck
{
    /// <summary>The kind <c>rabbitmq</c>.</summary>
    public static readonly CheckKind Kind = new()
    {
        Name = "rabbitmq",
        Description = "A RabbitMQ broker accepts a new connection and opens a channel; a queue, if named, exists; with roundTrip, "
            + "a message is published and consumed.",
        DefaultTier = Tier.Dependency,
        Example = "connectionString: amqp://health-agent:${env:RABBITMQ_PASSWORD:-}@rabbitmq:5672/",
        DefaultTierOf = static settings => settings.Get(RabbitMqRoundTrip.Key) ? Tier.Functional : null,
        DefaultTierNote = RoundTrips.TierNote,
        Values =
        [
            new(ConnectionTrace.Dns, ObservedType.Duration, "resolving the name") { IsPhase = true },
            new(ConnectionTrace.Tls, ObservedType.Duration, "the TLS handshake") { IsPhase = true },
            new(ConnectionTrace.Connect, ObservedType.Duration,
                "opening the connection: name, connection, TLS, login, virtual host") { IsPhase = true },
            new("channel", ObservedType.Duration, "opening a channel") { IsPhase = true },
            new("queue", ObservedType.Duration, "asking for the queue") { IsPhase = true },
            .. RabbitMqRoundTrip.Phases,
            new("messages", ObservedType.Number, "messages in the queue that are ready for delivery"),
            new("consumers", ObservedType.Number, "consumers of the queue"),
            new("product", ObservedType.Text, "the broker's product"),
            new("version", ObservedType.Text, "the broker's version"),
            new("cluster", ObservedType.Text, "the broker's cluster"),
            ConnectionTrace.CertificateExpiresIn,
            ConnectionTrace.ChainExpiresIn,
        ],
        Settings = RabbitMqSettings.All,
        Plan = static context =>
        {
            var rabbit = RabbitMqSettings.Read(context);
            return new PlannedCheck(
                services => new RabbitMqCheck(rabbit, services.GetRequiredService<TimeProvider>()), rabbit.Servers.FirstHost());
        },
        Classify = RabbitMqErrors.Classify,
    };

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trace = new ConnectionTrace(clock);
        try
        {
            return await trace.RunAsync(stop => AskAsync(context.Registration.Timeout, trace, stop), cancellationToken);
        }
        catch (Exception e) when (RabbitMqErrors.Closing(e) is { } reason)
        {
            var remedy = reason.ReplyText.Contains("access to vhost", StringComparison.Ordinal) ? settings.Remedy : "";
            throw new CheckFailedException(RabbitMqErrors.OfBroker(reason), reason.ReplyText + remedy, trace.Observed, e);
        }
    }

    private async Task AskAsync(TimeSpan deadline, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var socket = await RabbitMqSocket.OpenAsync(settings, trace, cancellationToken);
        trace.Begin("logging in");
        RunExplanation.Current?.Asked($"connection.open {settings.VirtualHost}");
        await using var connection = await LogInAsync(deadline, socket, trace, cancellationToken);
        trace.Note(ConnectionTrace.Connect, clock.GetElapsedTime(started));
        NoteBroker(connection.ServerProperties, trace);

        trace.Begin("opening a channel");
        RunExplanation.Current?.Asked("channel.open");
        await using var channel = await connection.CreateChannelAsync(
            settings.HasRoundTrip ? RabbitMqRoundTrip.Channel : null, cancellationToken);
        trace.End("channel");
        if (settings.Queue is { } queue)
        {
            trace.Begin($"declaring the queue {queue} passively");
            RunExplanation.Current?.Asked($"queue.declare {queue} (passive)");
            var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            trace.End("queue");
            trace.Note("messages", found.MessageCount);
            trace.Note("consumers", found.ConsumerCount);
        }

        if (settings.HasRoundTrip)
        {
            await RabbitMqRoundTrip.RunAsync(settings, socket, connection, channel, trace, cancellationToken);
        }

        trace.Begin("closing the connection");
        await connection.CloseAsync(cancellationToken);
    }

    private async Task<IConnection> LogInAsync(
        TimeSpan deadline, RabbitMqSocket socket, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        try
        {
            return await Factory(deadline, socket).CreateConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (socket.End is { } end && !RabbitMqErrors.IsReported(e))
        {
            ExceptionDispatchInfo.Throw(trace.FailureOf(end) ?? end);
            throw;
        }
    }

    /// <summary>
    /// One attempt, no recovery, and timeouts at the deadline for calls that ignore the token. Heartbeats are the broker's, which a run
    /// does not live to see, except in a round trip.
    /// </summary>
    private ConnectionFactory Factory(TimeSpan deadline, RabbitMqSocket socket)
    {
        var factory = new ConnectionFactory
        {
            HostName = socket.Peer.Address.ToString(),
            Port = socket.Peer.Port,
            UserName = settings.Username,
            Password = settings.Password,
            VirtualHost = settings.VirtualHost,
            ClientProvidedName = "health-agent",
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = settings.HasRoundTrip ? RabbitMqRoundTrip.Heartbeat : TimeSpan.Zero,
            RequestedConnectionTimeout = deadline,
            HandshakeContinuationTimeout = deadline,
            ContinuationTimeout = deadline,
            SocketReadTimeout = deadline,
            SocketWriteTimeout = deadline,
            SocketFactory = socket.ToClient,
        };
        if (settings.IsExternal)
        {
            factory.AuthMechanisms = [new ExternalMechanismFactory()];
        }

        return factory;
    }

    private static void NoteBroker(IDictionary<string, object?>? properties, ConnectionTrace trace)
    {
        foreach (var (property, name) in ((string, string)[])[("product", "product"), ("version", "version"), ("cluster_name", "cluster")])
        {
            if (properties is not null && properties.TryGetValue(property, out var value) && value is byte[] bytes)
            {
                trace.Note(name, Encoding.UTF8.GetString(bytes));
            }
        }
    }
}
