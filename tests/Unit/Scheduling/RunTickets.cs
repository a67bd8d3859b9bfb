using HealthAgent.Scheduling;

namespace HealthAgent.Unit.Scheduling;

/// <summary>What a run that was asked for came to.</summary>
internal static class RunTickets
{
    /// <summary>The answer, which is there.</summary>
    public static RequestedRun Answer(this RunTicket ticket)
    {
        ticket.Run.IsCompletedSuccessfully.ShouldBeTrue("it is answered");
        return ticket.Run.Result;
    }
}
