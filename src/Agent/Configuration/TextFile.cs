using System.Text;

namespace HealthAgent.Configuration;

/// <summary>Reads a file that is named in configuration, and says what is wrong with it in words.</summary>
internal static class TextFile
{
    /// <summary>The whole text; null, with an error that follows the file's name, when it cannot be had.</summary>
    public static string? Read(string path, int largest, out string? error)
    {
        try
        {
            // The length of a pipe or a device is not known before it was read.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; bytes.Length <= largest && (read = file.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
            }

            error = bytes.Length > largest ? $"is larger than {Units.FormatSize(largest)}" : null;
            bytes.Position = 0;
            return error is null ? new StreamReader(bytes, Encoding.UTF8).ReadToEnd() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist"
                : Directory.Exists(path) ? "is a directory"
                : $"cannot be read: {e.Message}";
            return null;
        }
    }
}
