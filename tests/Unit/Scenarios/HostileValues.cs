using System.Globalization;
using System.Text;

namespace HealthAgent.Unit.Scenarios;

/// <summary>Texts made of what means something to those that read requests and statements; the same ones in every run.</summary>
internal static class HostileValues
{
    private static readonly string[] Pieces =
    [
        "..", ".", "/", "\\", "%2e", "%2F", "%00", "%", "//evil.example", "@evil.example", "http://", "?", "&", "=", "#", ";", ",", ":",
        "+", " ", "\t", "\r\n", "\n", "\0", "\u0085", "\u2028", "\u202e", "\ufeff", "\u007f", "\"", "'", "\\\"", "''", "`", "{", "}", "[", "]",
        "<", ">", "<!--", "-->", "--", "/*", "*/", "$$", "$a$", "$1", "@captured_0", "; drop table orders", "' or 1=1", "${steps.a.b}",
        "${env:HOME}", "é", "ﬀ", "🙂", "a", "b", "x", "0", "1", "-0", "1e400", "NaN", "true", "null", "id", "admin", "role=admin", "\"role\":\"admin\"",
        "Host: evil", "X-Admin: true", "__proto__",
    ];

    /// <summary>How many there are: 400, or as many as <c>HEALTH_AGENT_TEST_HOSTILE_VALUES</c> says.</summary>
    public static int Count { get; } = int.TryParse(
        Environment.GetEnvironmentVariable("HEALTH_AGENT_TEST_HOSTILE_VALUES"), CultureInfo.InvariantCulture, out var count) ? count : 400;

    /// <summary>The texts, the first one empty.</summary>
    public static IEnumerable<string> Texts()
    {
#pragma warning disable CA5394 // Repeatable is what it has to be.
        var random = new Random(20261126);
        yield return "";
        for (var i = 1; i < Count; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 7); length > 0; length--)
            {
                text.Append(random.Next(6) == 0 ? new Rune(random.Next(0x20, 0xd800)).ToString() : Pieces[random.Next(Pieces.Length)]);
            }

            yield return text.ToString();
        }
#pragma warning restore CA5394
    }
}
