namespace HealthAgent.Agent.Commands;

/// <summary>Exit codes of the process.</summary>
/// <remarks>Rule: sysexits.h, apart from plain success and failure.</remarks>
internal static class ExitCodes
{
    /// <summary>Success.</summary>
    public const int Ok = 0;

    /// <summary>Failure.</summary>
    public const int Failure = 1;

    /// <summary><c>check</c>: a run ended in a warning, and none failed.</summary>
    public const int Warn = 1;

    /// <summary><c>check</c>: a run failed.</summary>
    public const int Fail = 2;

    /// <summary><c>check</c>: there is no outcome, since nothing was run, or a run was interrupted.</summary>
    public const int Unknown = 3;

    /// <summary>Arguments that cannot be understood (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>An address cannot be listened on: in use, not local, or not permitted (EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;

    /// <summary>The operating system lacks a resource, such as file descriptors (EX_OSERR).</summary>
    public const int OsError = 71;

    /// <summary><c>init</c>, <c>import</c>: the file is there already, or cannot be written (EX_CANTCREAT).</summary>
    public const int CannotCreate = 73;

    /// <summary>Invalid configuration (EX_CONFIG).</summary>
    public const int Configuration = 78;
}
