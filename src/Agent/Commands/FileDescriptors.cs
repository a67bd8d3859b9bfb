using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// The limit on open files. Below a certain limit the program fails wherever it happens to open the next file, so the limit is checked
/// first, by code that opens nothing itself.
/// </summary>
internal static partial class FileDescriptors
{
    // Measured need at startup, and some for listeners. Each loaded assembly keeps a file open.
    private const ulong NeededWithAssemblies = 256, NeededByNative = 32;

    // Files kept open between runs: checks, configuration, exporters.
    private const ulong Spare = 128;
    private const ulong MostCallers = 4096, LeastCallers = 16;

    private const int OfLinux = 7, OfBsd = 8;
    private const int ErrorStream = 2;

    // ENFILE and EMFILE, on Linux and macOS.
    private const int NoneLeftInSystem = 23, NoneLeftInProcess = 24;

    /// <summary>Whether the limit is too low to start; writes an error to standard error.</summary>
    public static bool AreTooFew()
    {
        if (Limit() is not { } limit || limit >= Needed)
        {
            return false;
        }

        Write($"health-agent cannot start: the limit of {limit} open files is below the required {Needed}; {Remedy}\n");
        return true;
    }

    /// <summary>Maximum number of client connections that leaves descriptors for runs.</summary>
    /// <param name="concurrency">Maximum number of concurrent runs.</param>
    public static int ForCallers(int concurrency) => CallersWithin(Limit(), Needed, concurrency);

    /// <summary>
    /// The rule of <see cref="ForCallers"/>: the limit minus what the program needs and two descriptors per run, which may connect to two
    /// addresses at once; at least an eighth of the limit.
    /// </summary>
    public static int CallersWithin(ulong? limit, ulong needed, int concurrency)
    {
        var (all, reserved) = (limit ?? ulong.MaxValue, needed + Spare + (2 * (ulong)concurrency));
        return (int)Math.Min(MostCallers, Math.Max(all > reserved ? all - reserved : 0, Math.Max(LeastCallers, all / 8)));
    }

    /// <summary>Whether an exception means that no more files can be opened.</summary>
    public static bool AreExhausted(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets }
                or IOException { HResult: NoneLeftInProcess or NoneLeftInSystem }
                or Win32Exception { NativeErrorCode: NoneLeftInProcess or NoneLeftInSystem })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Exits the process at once when no more files can be opened: any cleanup may need one.</summary>
    [DoesNotReturn]
    public static void ExitExhausted()
    {
        Write($"health-agent cannot start: too many open files{(Limit() is { } limit ? $" (limit {limit})" : "")}; {Remedy}\n");
        Environment.Exit(ExitCodes.OsError);
    }

    private const string Remedy = "raise the limit (ulimit -n 1024; LimitNOFILE=1024 in a systemd unit; docker run --ulimit nofile=1024)";

    private static ulong Needed => RuntimeFeature.IsDynamicCodeSupported ? NeededWithAssemblies : NeededByNative;

    private static unsafe ulong? Limit()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var limit = stackalloc ulong[2];
        return getrlimit(OperatingSystem.IsLinux() ? OfLinux : OfBsd, limit) == 0 ? limit[0] : null;
    }

    // Without Console, which loads assemblies and opens descriptors.
    private static unsafe void Write(string text)
    {
        if (OperatingSystem.IsWindows())
        {
            Console.Error.Write(text);
            return;
        }

        fixed (byte* bytes = Encoding.UTF8.GetBytes(text))
        {
            _ = write(ErrorStream, bytes, text.Length);
        }
    }

    [LibraryImport("libc")]
    private static unsafe partial int getrlimit(int resource, ulong* limits);

    [LibraryImport("libc")]
    private static unsafe partial nint write(int file, byte* bytes, nint count);
}
