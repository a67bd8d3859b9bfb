using HealthAgent.Checks;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace HealthAgent.Kinds.Messaging;

/// <summary>What RabbitMQ's errors mean to an operator.</summary>
/// <remarks>Rule: AMQP 0-9-1, reply codes.</remarks>
internal static class RabbitMqErrors
{
    /// <summary>What the broker said when it closed the connection or the channel, if that is how the run ended.</summary>
    public static ShutdownEventArgs? Closing(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason })
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>Whether it is the broker that said why, or that hung up at a login as older ones do.</summary>
    public static bool IsReported(Exception exception) =>
        Closing(exception) is not null || Failures.Classify(exception, Classify) == ErrorType.Authentication;

    /// <summary>What its words mean.</summary>
    public static ErrorType OfBroker(ShutdownEventArgs reason) => reason.ReplyCode switch
    {
        Constants.NotFound => ErrorType.NotFound,
        Constants.NotAllowed when reason.ReplyText.Contains("not found", StringComparison.Ordinal) => ErrorType.NotFound,
        Constants.NotAllowed when reason.ReplyText.Contains("limit", StringComparison.Ordinal) => ErrorType.ResourceExhausted,
        Constants.AccessRefused or Constants.NotAllowed or Constants.ResourceLocked => ErrorType.Authorization,
        Constants.ResourceError => ErrorType.ResourceExhausted,
        Constants.ConnectionForced => ErrorType.ConnectionReset,
        _ => ErrorType.Protocol,
    };

    /// <summary>The meaning of the driver's own exceptions.</summary>
    public static ErrorType? Classify(Exception exception) => exception switch
    {
        AuthenticationFailureException or PossibleAuthenticationFailureException => ErrorType.Authentication,
        ConnectFailureException => null,
        // Its own words for a peer that hung up; what the broker said itself is told by Closing.
        OperationInterruptedException { ShutdownReason.Initiator: not ShutdownInitiator.Peer } => ErrorType.ConnectionReset,
        BrokerUnreachableException { InnerException: var cause } when cause is null || Failures.Classify(cause, Classify) == ErrorType.Internal => ErrorType.ConnectionFailed,
        ProtocolException or ProtocolViolationException => ErrorType.Protocol,
        _ => null,
    };
}
