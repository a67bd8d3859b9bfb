using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HealthAgent.Agent.Logging;

/// <summary>
/// Writes to standard output and error without <see cref="Console"/>, whose streams hold a global lock while they write.
/// </summary>
internal static partial class StandardStream
{
    public const int Output = 1, Errors = 2;

    private const int Interrupted = 4;

    /// <summary>Writes all bytes, blocking as long as necessary.</summary>
    /// <exception cref="IOException">Not all bytes could be written.</exception>
    public static unsafe void Write(int file, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            using var stream = file == Output ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return;
        }

        while (bytes.Length > 0)
        {
            fixed (byte* start = bytes)
            {
                var written = write(file, start, bytes.Length);
                if (written < 0 && Marshal.GetLastPInvokeError() is not Interrupted and var error)
                {
                    throw new IOException(new Win32Exception(error).Message, error);
                }

                bytes = bytes[Math.Max(0, (int)written)..];
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int file, byte* bytes, nint count);
}
