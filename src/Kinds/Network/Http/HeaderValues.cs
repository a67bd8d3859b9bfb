using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Http;

/// <summary>Puts captured values into headers: in one line, and never where they would choose how a request is understood.</summary>
/// <remarks>Rules: RFC 9110, 5.5 (field values); RFC 6265, 4.2.1 (a <c>;</c> ends a cookie).</remarks>
internal static class HeaderValues
{
    private static readonly string[] Fixed = ["Host", "Content-Type", "Content-Encoding", "Connection", "Upgrade", "TE", "Expect"];

    /// <summary>The form of the value of a header, by its name.</summary>
    public static readonly CapturedForm Form = static (parts, settings, key, out error) =>
    {
        error = null;
        if (Fixed.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            error = $"'{key}' decides where a request goes or how it is understood, and cannot be captured";
        }
        else if (key.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
            && parts.FirstOrDefault(static part => part.Value?.Text.Contains(';', StringComparison.Ordinal) is true).Text is { } odd)
        {
            error = $"what '{odd}' stands for holds a ';', which would begin another cookie";
        }

        return error is null ? CapturedForms.Line(parts, settings, key, out error) : null;
    };
}
