using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HealthAgent.Settings;

/// <summary>Whether two things that were written are the same, without keeping them: there may be secrets among them.</summary>
internal readonly record struct Fingerprint(UInt128 Hash)
{
    /// <summary>The fingerprint of some texts in their order.</summary>
    public static Fingerprint Of(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return new Fingerprint(BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset()));
    }
}
