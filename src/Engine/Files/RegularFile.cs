using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HealthAgent.Files;

/// <summary>Opens regular files only: opening a pipe blocks until there is a writer, and opening a device may have side effects.</summary>
internal static partial class RegularFile
{
    private const int NoSuchFile = 2, NoDirectory = 20;

    // statx(2): constants and offsets are the same on all Linux architectures.
    private const int WorkingDirectory = -100, OfDescriptor = 0x1000, LengthOfStatx = 256, OffsetOfMode = 28;
    private const uint OnlyType = 1;

    /// <summary>
    /// Opens a file for reading; null with an <paramref name="error"/>, to follow the file's name, if it is not a regular file.
    /// </summary>
    /// <remarks>Rule: open(2), symlink(7). Links are followed.</remarks>
    public static FileStream? Open(string path, out string? error)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            error = "cannot be read: its name is empty or contains NUL";
            return null;
        }

        // Checked twice: before, so that no device is opened; and after, since the path may have been replaced. O_NONBLOCK does not block
        // on
        // a pipe.
        error = Directory.Exists(path) ? Refused("a directory") : Misfit(WorkingDirectory, path, 0);
        var handle = error is null ? Open(path) : null;
        error ??= handle is null
            ? Misfortune(path, Marshal.GetLastPInvokeError())
            : Misfit((int)handle.DangerousGetHandle(), "", OfDescriptor);
        if (error is not null)
        {
            handle?.Dispose();
            return null;
        }

        var file = new FileStream(handle!, FileAccess.Read, bufferSize: 0);
        if (!file.CanSeek)
        {
            // Systems without statx.
            error = Refused("a pipe or device");
            file.Dispose();
            return null;
        }

        return file;
    }

    /// <summary>Whether a file can be read; if not, <paramref name="error"/> says why, to follow the file's name.</summary>
    public static bool IsReadable(string path, out string? error)
    {
        using var file = Open(path, out error);
        return file is not null;
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">Size limit in bytes.</param>
    /// <exception cref="IOException">The file is unreadable, not regular, or too large; the message names it.</exception>
    public static byte[] ReadBytes(string path, int largest)
    {
        using var file = Open(path, out var error);
        if (file is null)
        {
            var message = $"the file '{Path.GetFullPath(path)}' {error}";
            throw File.Exists(path) || Directory.Exists(path) ? new IOException(message) : new FileNotFoundException(message);
        }

        // One byte beyond the limit detects a file that is too large; it may grow while being read.
        var bytes = new byte[Math.Min(file.Length, largest) + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length < bytes.Length ? bytes[..length] : throw new IOException(
            $"the file '{Path.GetFullPath(path)}' is larger than {Units.FormatSize(largest)}, or growing");
    }

    private static SafeFileHandle? Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        // O_RDONLY, O_NONBLOCK, O_CLOEXEC, O_NOCTTY on Linux, and on macOS and BSD.
        var handle = open(path, OperatingSystem.IsLinux() ? 0x800 | 0x80000 | 0x100 : 0x4 | 0x1000000 | 0x20000);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>What the file is if not regular; null if it is regular or its type is unknown.</summary>
    private static unsafe string? Misfit(int folder, string path, int flags)
    {
        var result = stackalloc byte[LengthOfStatx];
        if (!OperatingSystem.IsLinux() || statx(folder, path, flags, OnlyType, result) != 0)
        {
            return null;
        }

        return (*(ushort*)(result + OffsetOfMode) & 0xF000) switch
        {
            0x8000 => null,
            0x4000 => Refused("a directory"),
            0x1000 => Refused("a pipe"),
            0xC000 => Refused("a socket"),
            _ => Refused("a device"),
        };
    }

    private static string Refused(string what) => $"is {what}; must be a regular file";

    private static string Misfortune(string path, int error)
    {
        var target = Target(path);
        return error switch
        {
            NoSuchFile or NoDirectory => target is null ? "does not exist" : $"is a link to '{target}', which does not exist",
            _ when error == (OperatingSystem.IsLinux() ? 40 : 62) => "is a circular link",
            _ => $"cannot be read: {Marshal.GetPInvokeErrorMessage(error)}",
        };
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* result);
}
