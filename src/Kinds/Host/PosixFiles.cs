using System.Runtime.InteropServices;
using HealthAgent.Checks;

namespace HealthAgent.Kinds.Host;

/// <summary>What POSIX knows of files and .NET does not ask.</summary>
internal static partial class PosixFiles
{
    private const int LongestPath = 4096;
    private const int NoSuchFile = 2, NoPermission = 13, NoDirectory = 20;

    /// <summary>Where a path leads to, every link and <c>..</c> on it followed; the path itself where the system is not POSIX.</summary>
    /// <exception cref="CheckFailedException">It leads nowhere, or may not be followed.</exception>
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
                NoPermission => new CheckFailedException(ErrorType.Authorization, $"{path} may not be seen"),
                var error => new CheckFailedException(ErrorType.NotFound, $"{path} cannot be followed: {Marshal.GetPInvokeErrorMessage(error)}"),
            });
    }

    /// <summary>
    /// The share of the inodes that are used, in hundredths, of those that may be used without being root; null where the file system
    /// has no fixed number of them (btrfs, FAT), or the system is not known here.
    /// </summary>
    /// <remarks>Rule: statvfs(3). Linux on 64 bits and macOS have fields of 64 and 32 bits, after two of 64.</remarks>
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
        new FileInfo(path).LinkTarget is { } target ? $"{path} is a link to {target}, which does not exist" : $"{path} does not exist, or may not be seen");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint realpath(string path, byte* resolved);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statvfs(string path, void* result);
}
