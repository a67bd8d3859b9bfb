using System.Buffers;
using System.Security.Cryptography;
using System.Text.Unicode;
using HealthAgent.Yaml;

namespace HealthAgent.Files;

/// <summary>The result of reading a configured file. Not a record, since those print their content.</summary>
internal sealed class TextFile
{
    /// <summary>The text; null if it could not be read.</summary>
    public string? Text { get; private init; }

    /// <summary>Why it could not be read, to follow the file's name; null if it was.</summary>
    public string? Error { get; private init; }

    /// <summary>The position of the first byte that is not UTF-8; null if there is none.</summary>
    public Location? BadByte { get; private init; }

    /// <summary>Identifies the content or the error: a missing or unreadable file counts as content too.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Reads a file up to a size limit.</summary>
    public static TextFile Read(string path, int largest)
    {
        using var bytes = new MemoryStream();
        return Decoded(Copy(path, largest, bytes), bytes);
    }

    /// <summary>Reads a stream, such as standard input, up to a size limit.</summary>
    public static TextFile Read(Stream stream, int largest)
    {
        using var bytes = new MemoryStream();
        return Decoded(Copy(stream, largest, bytes), bytes);
    }

    private static TextFile Decoded(TextFile file, MemoryStream bytes)
    {
        var (text, error, badByte) = file.Error is null ? Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) : (null, file.Error, null);
        return new TextFile
        {
            Text = text,
            Error = error,
            BadByte = badByte,
            Fingerprint = file.Fingerprint,
        };
    }

    /// <summary>The fingerprint that <see cref="Read(string, int)"/> would return, without keeping the content.</summary>
    public static string ReadFingerprint(string path, int largest) => Copy(path, largest, Stream.Null).Fingerprint;

    /// <summary>Strict: a U+FFFD in place of an invalid byte would be a wrong password.</summary>
    private static (string? Text, string? Error, Location? BadByte) Decode(ReadOnlySpan<byte> bytes)
    {
        const string remedy = "save it as UTF-8";
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return (null, $"is UTF-16; {remedy}", new Location(1, 1));
        }

        bytes = bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        var units = new char[bytes.Length];
        if (Utf8.ToUtf16(bytes, units, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            return (new string(units, 0, written), null, null);
        }

        return (null, $"is not UTF-8; {remedy}", Location.In(new string(units, 0, written), written));
    }

    private static TextFile Copy(string path, int largest, Stream bytes)
    {
        try
        {
            using var file = RegularFile.Open(path, out var misfit);
            if (file is null)
            {
                return Refused(misfit!);
            }

            return file.Length > largest ? Refused(TooLarge(largest)) : Copy(file, largest, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refused(e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : $"cannot be read: {e.Message}");
        }
    }

    private static TextFile Copy(Stream file, int largest, Stream bytes)
    {
        // The file may grow while being read, and files in /proc report no length.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[16 * 1024];
        var length = 0L;
        for (int read; length <= largest && (read = file.Read(buffer)) > 0; length += read)
        {
            bytes.Write(buffer, 0, read);
            hash.AppendData(buffer, 0, read);
        }

        return length > largest
            ? Refused(TooLarge(largest))
            : new TextFile { Fingerprint = Convert.ToHexString(hash.GetHashAndReset()) };
    }

    private static string TooLarge(int largest) => $"is larger than {Units.FormatSize(largest)}";

    private static TextFile Refused(string error) => new() { Error = error, Fingerprint = error };
}
