namespace HealthAgent.Agent.Commands;

/// <summary>What the process says to its caller.</summary>
/// <remarks>Rule: sysexits.h, for those that are not plain success and failure.</remarks>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>It did not.</summary>
    public const int Failure = 1;

    /// <summary><c>check</c>: a run ended in a warning, and none failed.</summary>
    public const int Warn = 1;

    /// <summary><c>check</c>: a run failed.</summary>
    public const int Fail = 2;

    /// <summary><c>check</c>: nothing was run, since no check goes by the name.</summary>
    public const int NoOutcome = 3;

    /// <summary>A service that is needed is unavailable: an address to listen on, since it is taken, not this machine's, or not allowed (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>The operating system lacks something that is needed, such as file descriptors (EX_OSERR).</summary>
    public const int OsError = 71;

    /// <summary>The configuration is wrong (EX_CONFIG).</summary>
    public const int Configuration = 78;
}
