using System.Globalization;
using System.Text;
using HealthAgent.Files;

namespace HealthAgent.History;

/// <summary>
/// A directory for one process alone, by a lock on a file in it. The system gives the lock back when the process ends, however it ends.
/// </summary>
/// <remarks>Rule: flock(2), by <see cref="FileShare.None"/>.</remarks>
internal sealed class DirectoryLock(string folder) : IDisposable
{
    private const int WouldBlockOnLinux = 11, WouldBlockOnBsd = 35, SharingViolation = unchecked((int)0x80070020);

    private const int LongestId = 20;

    private readonly string _file = Path.Combine(folder, "lock");
    private FileStream? _held;

    /// <summary>The directory.</summary>
    public string Folder => folder;

    /// <summary>Whether it was taken.</summary>
    public bool IsTaken => _held is not null;

    /// <summary>Takes the directory, and makes it where there is none; again, when it vanished.</summary>
    public void Take()
    {
        if (_held is not null)
        {
            if (File.Exists(_file))
            {
                return;
            }

            Dispose();
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var held = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            // For whom it is in the way of.
            held.SetLength(0);
            held.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (DiskRemedy.IsOfTheDisk(e))
        {
            // The lock holds without, also on a full disk.
        }

        _held = held;
    }

    /// <summary>Whether an exception of <see cref="Take"/> means that another process has it.</summary>
    public static bool IsHeldByAnother(Exception exception) =>
        exception is IOException { HResult: WouldBlockOnLinux or WouldBlockOnBsd or SharingViolation };

    /// <summary>Who has it, and the remedy.</summary>
    public string DescribeHolder() =>
        $"'{folder}' is in use by {Holder() ?? "another process"}; stop it, or give each agent a directory of its own";

    /// <inheritdoc />
    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
    }

    private string? Holder()
    {
        try
        {
            // Not by FileStream, which asks for a lock itself.
            var text = Encoding.ASCII.GetString(RegularFile.ReadBytes(_file, LongestId));
            return int.TryParse(text, CultureInfo.InvariantCulture, out var id) ? $"process {id}" : null;
        }
        catch (Exception e) when (DiskRemedy.IsOfTheDisk(e))
        {
            return null;
        }
    }
}
