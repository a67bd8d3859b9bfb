namespace HealthAgent.History;

/// <summary>What went wrong with the directory, in words, and what to do about it.</summary>
internal static class DiskRemedy
{
    private const int Io = 5, TooLarge = 27, NoSpace = 28, ReadOnly = 30, Quota = 122, QuotaOnBsd = 69;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>Whether it is the disk's, and not a mistake of ours. .NET has a type of its own for a file beyond a limit (EFBIG).</summary>
    public static bool IsOfTheDisk(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Describes a failure.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="longest">The time that the disk had.</param>
    public static string Describe(Exception failure, TimeSpan longest) => failure switch
    {
        TimeoutException => $"the disk did not answer within {Units.Format(longest)}; look after the disk, or choose another path",
        ArgumentOutOfRangeException => "a file would be larger than is allowed; raise the limit (ulimit -f, LimitFSIZE=), or remove it",
        UnauthorizedAccessException =>
            $"{Sentence(failure)}; make it writable for the user '{Environment.UserName}', or choose another path",
        { HResult: NoSpace or TooLarge or Quota or QuotaOnBsd or DiskFullOnWindows } =>
            $"{Sentence(failure)}; free some space, or choose another path",
        IOException when DirectoryLock.IsHeldByAnother(failure) =>
            $"{Sentence(failure)}; stop the other agent, or give each a directory of its own",
        { HResult: ReadOnly } => $"{Sentence(failure)}; mount it writable, or choose another path",
        { HResult: Io } => $"{Sentence(failure)}; look after the disk, or choose another path",
        _ => $"{Sentence(failure)}; choose a path where a directory can be made",
    };

    private static string Sentence(Exception failure) => PlainText.Line(failure.Message).TrimEnd('.');
}
