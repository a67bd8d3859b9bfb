namespace HealthAgent.Instruments;

/// <summary>What somebody did, or wanted to do.</summary>
/// <param name="Action">The action, such as <c>reload</c>.</param>
/// <param name="Check">The check that it is about; null for none.</param>
/// <param name="Id">The identifier of what else it is about; null for none.</param>
/// <param name="User">Who; null where nobody knows.</param>
/// <param name="Address">From where; null where nobody knows.</param>
internal sealed record ActionAttempt(string Action, string? Check, string? Id, string? User, string? Address)
{
    /// <summary>The attempt in words.</summary>
    public string Words =>
        Action + (Check is null ? "" : $" of {Check}") + (Id is null ? "" : $" {Id}")
        + $" by {User ?? "somebody"} from {Address ?? "here"}";

    /// <summary>The attributes of its event.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Attributes =>
        ((KeyValuePair<string, object?>[])
        [
            new(Names.Attributes.Action, Action), new(Names.Attributes.CheckName, Check), new(Names.Attributes.ActionId, Id),
            new(Names.Attributes.UserName, User), new(Names.Attributes.ClientAddress, Address),
        ]).Where(static attribute => attribute.Value is not null);
}

/// <summary>What came of an action: a closed list.</summary>
internal static class ActionOutcome
{
    /// <summary>It was done.</summary>
    public const string Done = "done";

    /// <summary>It could not be done as asked: something is wrong with it, or with when it was asked.</summary>
    public const string Rejected = "rejected";

    /// <summary>The agent failed.</summary>
    public const string Failed = "failed";

    /// <summary>The caller was gone before the answer.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>The caller may not act.</summary>
    public const string Refused = "refused";

    /// <summary>The outcome by the status of the answer.</summary>
    public static string Of(int status) => status switch
    {
        < 400 => Done,
        < 500 => Rejected,
        _ => Failed,
    };
}
