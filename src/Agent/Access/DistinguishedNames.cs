using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HealthAgent.Agent.Access;

/// <summary>Compares distinguished names by their components, whatever strings and quotes they are written with.</summary>
internal static class DistinguishedNames
{
    /// <summary>Whether both have the same components, in the same order, with the same values; one without any is like none.</summary>
    public static bool AreSame(X500DistinguishedName one, X500DistinguishedName other) =>
        Parts(one) is { Count: > 0 } parts && Parts(other) is { } others && parts.SequenceEqual(others);

    /// <summary>The components; null where one cannot be read as a text, or has several values.</summary>
    private static List<(string Type, string Value)>? Parts(X500DistinguishedName name)
    {
        try
        {
            var parts = new List<(string, string)>();
            foreach (var part in name.EnumerateRelativeDistinguishedNames())
            {
                if (part.HasMultipleElements
                    || part.GetSingleElementType().Value is not { } type || part.GetSingleElementValue() is not { } value)
                {
                    return null;
                }

                parts.Add((type, value));
            }

            return parts;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
