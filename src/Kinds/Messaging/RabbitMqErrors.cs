using HealthAgent.Checks;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HealthAgent.Kinds.Messaging;

/// <summary>Maps RabbitMQ errors to <see cref="ErrorType"/>.</summary>
/// <remarks>Rule: AMQP 0-9-1, reply codes.</remarks>
internal static class RabbitMqErrors
{
    /// <summary>The broker's reason for closing the connection or channel, if it did and the check has not said so by itself.</summary>
    public static ShutdownEventArgs? Closing(Exception exception)
    {
        for (var cause = exception; cause is not null and not CheckFailedException; cause = cause.InnerException)
        {
            if (cause is OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason })
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>Whether the broker gave a reason, as for a login that it refuses.</summary>
    public static bool IsReported(Exception exception) =>
        Closing(exception) is not null || Failures.Classify(exception, Classify) == ErrorType.Authentication;

    /// <summary>Classifies the broker's reason.</summary>
    public static ErrorType OfBroker(ShutdownEventArgs reason) => reason.ReplyCode switch
    {
        Constants.NotFound => ErrorType.NotFound,
        Constants.NotAllowed when reason.ReplyText.Contains("not found", StringComparison.Ordinal) => ErrorType.NotFound,
        Constants.NotAllowed when reason.ReplyText.Contains("limit", StringComparison.Ordinal) => ErrorType.ResourceExhausted,
        Constants.AccessRefused or Constants.NotAllowed or Constants.ResourceLocked => ErrorType.Authorization,
        Constants.PreconditionFailed when reason.ReplyText.Contains("limit", StringComparison.Ordinal) => ErrorType.ResourceExhausted,
        Constants.ResourceError => ErrorType.ResourceExhausted,
        Constants.ConnectionForced => ErrorType.ConnectionReset,
        _ => ErrorType.Protocol,
    };

    /// <summary>Classifies the driver's exceptions.</summary>
    public static ErrorType? Classify(Exception exception) => exception switch
    {
        // Not the driver's PossibleAuthenticationFailureException: any connection that ends during login, for the sake of brokers before
        // 3.2, which gave no reason.
        AuthenticationFailureException => ErrorType.Authentication,
        ConnectFailureException => null,
        BrokerUnreachableException { InnerException: PacketNotRecognizedException } or PacketNotRecognizedException => ErrorType.Protocol,
        // The driver's own error for a closed connection; the broker's reason is handled by Closing.
        OperationInterruptedException { ShutdownReason.Initiator: not ShutdownInitiator.Peer } => ErrorType.ConnectionReset,
        BrokerUnreachableException { InnerException: var cause }
            when cause is null || Failures.Classify(cause, Classify) == ErrorType.Internal => ErrorType.ConnectionFailed,
        ProtocolException or ProtocolViolationException => ErrorType.Protocol,
        _ => null,
    };
}
