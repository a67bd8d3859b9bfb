using System.Security.Cryptography.X509Certificates;
using System.Text;
using HealthAgent.Files;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>Reads files of certificates and keys: regular ones only, of at most 4 MiB, which is many times all public authorities.</summary>
internal static class CertificateFile
{
    private const int Largest = 4 * 1024 * 1024;

    /// <summary>The bytes, such as those of a <c>.pfx</c>.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    public static byte[] Bytes(string path) => RegularFile.ReadBytes(path, Largest);

    /// <summary>Whether a text is PEM itself, and not the path of a file.</summary>
    public static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>The text of a file, by its byte order mark, else as UTF-8; of PEM itself, that.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    public static string Text(string path)
    {
        if (IsPem(path))
        {
            return path;
        }

        using var reader = new StreamReader(new MemoryStream(Bytes(path)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>All certificates in PEM; none where there is no PEM.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    public static X509Certificate2Collection Certificates(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Text(path));
        return certificates;
    }

    /// <summary>The first certificate in PEM, with its private key.</summary>
    /// <param name="path">The certificate's file.</param>
    /// <param name="key">The key's file; null where it is in the same.</param>
    /// <param name="password">The key's password, if it has one.</param>
    /// <exception cref="IOException">One of them cannot be read; the message names it.</exception>
    public static X509Certificate2 WithKey(string path, string? key, string? password = null)
    {
        var certificate = Text(path);
        var keyText = key is null ? certificate : Text(key);
        return string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPem(certificate, keyText)
            : X509Certificate2.CreateFromEncryptedPem(certificate, keyText, password);
    }
}
