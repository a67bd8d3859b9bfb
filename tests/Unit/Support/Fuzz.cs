using System.Text;

namespace HealthAgent.Unit.Support;

/// <summary>Random texts made of pieces that mean something to the reader under test; the same ones in every run.</summary>
internal static class Fuzz
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);
    // Far beyond what it takes, so that a busy machine does not matter: what grows with its input takes minutes.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    /// <summary>Feeds a reader with texts for about a second. It must throw nothing, and never hang.</summary>
    public static void Feed(string[] pieces, int longest, Action<string> read)
    {
#pragma warning disable CA5394 // Repeatable is what it has to be.
        var random = new Random(20260101);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        for (var i = 0; i < 20_000 && clock.GetElapsedTime(start) < Budget; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(longest); length > 0; length--)
            {
                text.Append(random.Next(12) == 0 ? $"{(char)random.Next(0x2030)}" : pieces[random.Next(pieces.Length)]);
            }

            var written = text.ToString();
            var began = clock.GetTimestamp();
            Should.NotThrow(() => read(written), $"text {i}: {Convert.ToBase64String(Encoding.Unicode.GetBytes(written))}");
            clock.GetElapsedTime(began).ShouldBeLessThan(Slow, $"text {i}: {Convert.ToBase64String(Encoding.Unicode.GetBytes(written))}");
        }
#pragma warning restore CA5394
    }
}
