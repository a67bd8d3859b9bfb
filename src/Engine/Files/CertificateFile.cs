using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HealthAgent.Files;

/// <summary>Reads certificate and key files: regular files up to 4 MiB, many times the size of all public authorities.</summary>
internal static class CertificateFile
{
    private const int Largest = 4 * 1024 * 1024;

    /// <summary>The bytes, such as of a <c>.pfx</c>.</summary>
    /// <exception cref="IOException">The file is unreadable; the message names it.</exception>
    public static byte[] Bytes(string path) => RegularFile.ReadBytes(path, Largest);

    /// <summary>Whether a text is PEM itself, and not the path of a file.</summary>
    public static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>The text of a file, by its byte order mark, else as UTF-8; of PEM itself, that.</summary>
    /// <exception cref="IOException">The file is unreadable; the message names it.</exception>
    public static string Text(string path)
    {
        if (IsPem(path))
        {
            return path;
        }

        using var reader = new StreamReader(new MemoryStream(Bytes(path)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>All PEM certificates; empty if there are none.</summary>
    /// <exception cref="IOException">The file is unreadable; the message names it.</exception>
    public static X509Certificate2Collection Certificates(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Text(path));
        return certificates;
    }

    /// <summary>The first PEM certificate with its private key.</summary>
    /// <param name="path">The certificate file.</param>
    /// <param name="key">The key file; null if the key is in the same file.</param>
    /// <param name="password">The key's password, if any.</param>
    /// <exception cref="IOException">A file is unreadable; the message names it.</exception>
    public static X509Certificate2 WithKey(string path, string? key, string? password = null)
    {
        var certificate = Text(path);
        return FromPem(certificate, key is null ? certificate : Text(key), password);
    }

    /// <summary>The first certificate of a text in PEM with its private key.</summary>
    public static X509Certificate2 FromPem(string certificate, string key, string? password = null) => string.IsNullOrEmpty(password)
        ? X509Certificate2.CreateFromPem(certificate, key)
        : X509Certificate2.CreateFromEncryptedPem(certificate, key, password);
}
