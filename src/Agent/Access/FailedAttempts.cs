using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HealthAgent.Scheduling;
using HealthAgent.Security;

namespace HealthAgent.Agent.Access;

/// <summary>
/// Counts wrong credentials by address, of IPv6 by /64: ten at once, and then one in six seconds. Beyond it, credentials from there are not
/// looked at. It remembers so many addresses and no more.
/// </summary>
internal sealed class FailedAttempts(TimeProvider clock)
{
    /// <summary>How many may be wrong at once.</summary>
    public const int AtOnce = 10;

    /// <summary>How many addresses are remembered.</summary>
    public const int MostAddresses = 4096;

    /// <summary>After how long one more may be wrong.</summary>
    public static readonly TimeSpan Each = TimeSpan.FromSeconds(6);

    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _gate = new();

    private readonly Dictionary<Origin, Pace> _paces = [];

    /// <summary>How many addresses are remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _paces.Count;
            }
        }
    }

    /// <summary>How long credentials of an address are not looked at; null when they are.</summary>
    public TimeSpan? WaitOf(IPAddress? address)
    {
        lock (_gate)
        {
            return _paces.GetValueOrDefault(Origin.Of(address))?.Wait(Now) is { } wait && wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>Notes that a credential of an address was wrong; how many were so lately, this one included.</summary>
    public int Note(IPAddress? address)
    {
        lock (_gate)
        {
            var (origin, now) = (Origin.Of(address), Now);
            if (!_paces.TryGetValue(origin, out var pace))
            {
                if (_paces.Count >= MostAddresses)
                {
                    Forget(now);
                }

                _paces[origin] = pace = new Pace(AtOnce, Each);
            }

            pace.Take(now);
            return pace.Lately(now);
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>Makes room: of those that are forgiven, or else of the half that will be soonest.</summary>
    private void Forget(TimeSpan now)
    {
        foreach (var (origin, _) in _paces.Where(entry => entry.Value.ForgottenAt <= now).ToList())
        {
            _paces.Remove(origin);
        }

        if (_paces.Count >= MostAddresses)
        {
            foreach (var (origin, _) in _paces.OrderBy(entry => entry.Value.ForgottenAt).Take(MostAddresses / 2).ToList())
            {
                _paces.Remove(origin);
            }
        }
    }

    /// <summary>An address of IPv4, the /64 of one of IPv6, or what has no address.</summary>
    private readonly record struct Origin(AddressFamily Family, ulong Bits)
    {
        public static Origin Of(IPAddress? address)
        {
            if (address is null)
            {
                return default;
            }

            Span<byte> bytes = stackalloc byte[16];
            address = AddressList.Unmapped(address);
            address.TryWriteBytes(bytes, out var length);
            return new Origin(
                address.AddressFamily,
                length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes));
        }
    }
}
