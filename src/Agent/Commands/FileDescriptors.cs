using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// The limit on open files. Below a certain one the program cannot start, and fails wherever the next file happens to be opened: so the
/// limit is looked at before anything else, by code that opens nothing itself.
/// </summary>
internal static partial class FileDescriptors
{
    // What the program was seen to need until it answers, and some for its listeners. Each assembly that is loaded keeps a file open.
    private const ulong NeededWithAssemblies = 256, NeededByNative = 32;

    // What checks keep open between runs, files of the configuration, exporters.
    private const ulong Spare = 128;
    private const ulong MostCallers = 4096, LeastCallers = 16;

    private const int OfLinux = 7, OfBsd = 8;
    private const int ErrorStream = 2;

    // EMFILE and ENFILE, on Linux and macOS alike.
    private const int NoneLeftInSystem = 23, NoneLeftInProcess = 24;

    /// <summary>Whether the process may open too few files to start; says so on the error stream.</summary>
    public static bool AreTooFew()
    {
        if (Limit() is not { } limit || limit >= Needed)
        {
            return false;
        }

        Write($"health-agent cannot start: the process may open {limit} files, and needs at least {Needed}; {Remedy}\n");
        return true;
    }

    /// <summary>How many connections of callers there may be at once, so that runs of checks find files to open.</summary>
    /// <param name="concurrency">How many runs there may be at once.</param>
    public static int ForCallers(int concurrency) => CallersWithin(Limit(), Needed, concurrency);

    /// <summary>
    /// The rule of <see cref="ForCallers"/>: what a limit leaves beside what the program needs and two files for each run, as one that connects to
    /// two addresses at once has; an eighth of the limit at the least.
    /// </summary>
    public static int CallersWithin(ulong? limit, ulong needed, int concurrency)
    {
        var (all, reserved) = (limit ?? ulong.MaxValue, needed + Spare + (2 * (ulong)concurrency));
        return (int)Math.Min(MostCallers, Math.Max(all > reserved ? all - reserved : 0, Math.Max(LeastCallers, all / 8)));
    }

    /// <summary>Whether an exception says that no further file can be opened.</summary>
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

    /// <summary>Ends the process where no further file can be opened, at once: whatever else is to be done may need one.</summary>
    [DoesNotReturn]
    public static void ExitExhausted()
    {
        Write($"health-agent cannot start: too many open files{(Limit() is { } limit ? $", of {limit} that the process may open" : "")}; {Remedy}\n");
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

    // Not by Console, which needs assemblies and descriptors of its own.
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
