using System.Net;
using HealthAgent.Instruments;

namespace HealthAgent.Agent.Access;

/// <summary>
/// Reports wrong credentials: the first of an address, and when it is limited; in all, twenty a minute at the most. What was sent is never
/// part of it.
/// </summary>
internal sealed class AccessLog(AgentEvents events, TimeProvider clock)
{
    private const int MostPerMinute = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _minute = clock.GetTimestamp();
    private int _written;
    private int _left;

    /// <summary>A credential was wrong.</summary>
    /// <param name="address">Where it came from; null where that is unknown.</param>
    /// <param name="what">What it was, in words of ours.</param>
    /// <param name="lately">How many of that address were wrong lately.</param>
    public void Refused(IPAddress? address, string what, int lately)
    {
        if (lately is not (1 or FailedAttempts.AtOnce) || !TryWrite(out var left))
        {
            return;
        }

        events.CredentialRefused(address?.ToString(), what, isLimited: lately == FailedAttempts.AtOnce, left);
    }

    private bool TryWrite(out int left)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_minute) >= Minute)
            {
                (_minute, _written) = (clock.GetTimestamp(), 0);
            }

            left = _left;
            if (_written >= MostPerMinute)
            {
                _left++;
                return false;
            }

            (_written, _left) = (_written + 1, 0);
            return true;
        }
    }
}
