namespace HealthAgent.Integration.Scenarios;

/// <summary>What is wrong with a shop, although each of its components is well.</summary>
internal enum ShopFault
{
    None,

    /// <summary>Any password is right.</summary>
    AnyPassword,

    /// <summary>An order is accepted and forgotten.</summary>
    OrderNotStored,

    /// <summary>The queue that leads to shipping confirms each message and drops it.</summary>
    QueueSwallows,

    /// <summary>An order cannot be cancelled.</summary>
    CancelFails,
}
