using System.Text;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Settings;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HealthAgent.Kinds.Messaging;

/// <summary>
/// Publishes a message to a queue of the connection's own, waits for the broker's confirm and consumes it. The queue is exclusive: it goes
/// with the connection, however that ends.
/// </summary>
internal static class RabbitMqRoundTrip
{
    /// <summary>The setting.</summary>
    public static readonly Setting<bool> Key = Setting.Boolean(
        RoundTrips.Name,
        "publishes a message to an exclusive queue that goes with the connection, waits for the confirm and consumes it", byDefault: false);

    /// <summary>The phases.</summary>
    public static readonly IReadOnlyList<ObservedValue> Phases =
    [
        new("declare", ObservedType.Duration, "declaring the queue of the round trip; only with `roundTrip`") { IsPhase = true },
        new("publish", ObservedType.Duration, "publishing a message, until it is confirmed; only with `roundTrip`") { IsPhase = true },
        new("consume", ObservedType.Duration, "consuming the message; only with `roundTrip`") { IsPhase = true },
    ];

    /// <summary>The channel for it: with confirms.</summary>
    public static readonly CreateChannelOptions Channel =
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    /// <summary>
    /// From a connection that it blocked, the broker reads nothing, not even that it was closed: it notices only when it sends heartbeats.
    /// With its own, one a minute, some connections and queues of earlier runs would be there at any time during an alarm.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // A virtual host may have another type by default, which cannot be exclusive.
    private static readonly Dictionary<string, object?> Classic = new(StringComparer.Ordinal) { ["x-queue-type"] = "classic" };

    /// <summary>Goes there and back.</summary>
    /// <exception cref="CheckFailedException">
    /// The broker blocks publishers, refused a step or lost the message, or what was consumed is not what was published.
    /// </exception>
    public static async Task RunAsync(
        RabbitMqSettings settings, RabbitMqSocket socket, IConnection connection, IChannel channel, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        var blocked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionBlockedAsync += (_, block) =>
        {
            blocked.TrySetResult(block.Reason);
            return Task.CompletedTask;
        };
        var steps = StepsAsync(settings, channel, trace, cancellationToken);
        if (await Task.WhenAny(steps, blocked.Task) != steps)
        {
            var doing = trace.Doing;
            socket.Abort();
            await steps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new CheckFailedException(
                ErrorType.ResourceExhausted, $"{doing}: the broker blocks publishers: {await blocked.Task}", trace.Observed);
        }

        await steps;
    }

    private static async Task StepsAsync(
        RabbitMqSettings settings, IChannel channel, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        try
        {
            trace.Begin("declaring a queue");
            RunExplanation.Current?.Asked("queue.declare (exclusive, auto-delete)");
            var queue = (await channel.QueueDeclareAsync(
                "", durable: false, exclusive: true, autoDelete: true, Classic, cancellationToken: cancellationToken)).QueueName;
            trace.End("declare");

            trace.Begin("publishing a message");
            RunExplanation.Current?.Asked("basic.publish (mandatory, confirmed)");
            var token = RoundTrips.Token();
            await PublishAsync(channel, queue, token, trace, cancellationToken);
            trace.End("publish");

            trace.Begin("looking for the message in the queue");
            if ((await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount == 0)
            {
                throw RoundTrips.Missed(
                    $"{trace.Doing}: it is not there, although it was confirmed; a policy such as max-length or message-ttl drops it",
                    trace.Observed);
            }

            trace.Begin("consuming the message");
            RunExplanation.Current?.Asked("basic.consume");
            var body = await ConsumeAsync(channel, queue, trace, cancellationToken);
            trace.End("consume");
            if (body != token)
            {
                throw RoundTrips.Missed($"{trace.Doing}: it is another one than was published", trace.Observed);
            }
        }
        catch (Exception e) when (RabbitMqErrors.Closing(e) is { } reason)
        {
            var type = RabbitMqErrors.OfBroker(reason);
            var remedy = type == ErrorType.Authorization ? settings.Remedy : "";
            throw new CheckFailedException(type, $"{trace.Doing}: {reason.ReplyText}{remedy}", trace.Observed, e);
        }
    }

    private static async Task PublishAsync(
        IChannel channel, string queue, string text, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        try
        {
            await channel.BasicPublishAsync(
                "", queue, mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes(text), cancellationToken);
        }
        catch (PublishException e)
        {
            var (type, words) = e.IsReturn
                ? (ErrorType.Expectation, "the broker returned it, as no queue takes it")
                : (ErrorType.ResourceExhausted, "the broker refused it (nack): the queue is full or failed");
            throw new CheckFailedException(type, $"{trace.Doing}: {words}", trace.Observed, e);
        }
    }

    private static async Task<string> ConsumeAsync(
        IChannel channel, string queue, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var delivered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            delivered.TrySetResult(Encoding.UTF8.GetString(message.Body.Span));
            return Task.CompletedTask;
        };
        consumer.ShutdownAsync += (_, reason) =>
        {
            delivered.TrySetException(new OperationInterruptedException(reason));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) =>
        {
            delivered.TrySetException(RoundTrips.Missed($"{trace.Doing}: the broker cancelled the consumer", trace.Observed));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
        return await delivered.Task.WaitAsync(cancellationToken);
    }
}
