using System.Runtime.InteropServices;
using HealthAgent.Checks;

namespace HealthAgent.Kinds.Host;

/// <summary>POSIX file functions that .NET does not expose.</summary>
internal static partial class PosixFiles
{
    private const int LongestPath = 4096;
    private const int NoSuchFile = 2, NoPermission = 13, NoDirectory = 20;

    /// <summary>Resolves every link and <c>..</c> of a path; returns the path itself on systems other than POSIX.</summary>
    /// <exception cref="CheckFailedException">The path does not exist or cannot be accessed.</exception>
    /// <remarks>Rule: realpath(3).</remarks>
    public static unsafe string RealPath(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Exists(path) ? path : throw NotThere(path);
        }

        var resolved = stackalloc byte[LongestPath];
        return realpath(path, resolved) != 0
            ? Marshal.PtrToStringUTF8((nint)resolved)!
            : throw (Marshal.GetLastPInvokeError() switch
            {
                NoSuchFile or NoDirectory => NotThere(path),
                NoPermission => new CheckFailedException(ErrorType.Authorization, $"{path} is not accessible"),
                var error => new CheckFailedException(
                    ErrorType.NotFound, $"{path} cannot be resolved: {Marshal.GetPInvokeErrorMessage(error)}"),
            });
    }

    /// <summary>
    /// Inodes used, in percent of those available to unprivileged users; null if the file system has no fixed number of inodes (btrfs, FAT)
    /// or the platform is not supported.
    /// </summary>
    /// <remarks>Rule: statvfs(3). 64-bit Linux and macOS have fields of 64 and 32 bits, after two of 64.</remarks>
    public static unsafe double? InodesUsed(string path)
    {
        var buffer = stackalloc ulong[32];
        if (!(OperatingSystem.IsMacOS() || (OperatingSystem.IsLinux() && Environment.Is64BitProcess)) || statvfs(path, buffer) != 0)
        {
            return null;
        }

        var narrow = (uint*)(buffer + 2);
        var (total, free, available) = OperatingSystem.IsMacOS() ? (narrow[3], narrow[4], narrow[5]) : (buffer[5], buffer[6], buffer[7]);
        var used = (double)total - free;
        return total == 0 || used < 0 ? null : used + available == 0 ? 100 : 100 * used / (used + available);
    }

    private static CheckFailedException NotThere(string path) => new(
        ErrorType.NotFound,
        new FileInfo(path).LinkTarget is { } target
            ? $"{path} is a link to {target}, which does not exist"
            : $"{path} does not exist or is not accessible");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint realpath(string path, byte* resolved);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statvfs(string path, void* result);
}
