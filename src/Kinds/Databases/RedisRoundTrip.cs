using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Writes a key of its own, reads it back and deletes it. The key is written together with its expiry, so that a run that is cut off
/// leaves nothing that the server would keep.
/// </summary>
/// <param name="Prefix">What the key begins with.</param>
internal sealed record RedisRoundTrip(string Prefix)
{
    private const string DefaultPrefix = "health-agent";

    private static readonly Setting<string> KeyPrefix = new(
        "prefix", SettingShape.Text,
        "what the key begins with: `PREFIX:{CHECK}:RANDOM`. In a cluster, the first `{…}` decides which node has it",
        ReadPrefix) { Default = DefaultPrefix };

    /// <summary>The setting.</summary>
    public static readonly Setting<RedisRoundTrip?> Key = RoundTrips.Setting(
        "writes a key that expires by itself, reads it back and deletes it; `true`, or a mapping with what differs",
        [KeyPrefix], static section => new RedisRoundTrip(section.Get(KeyPrefix)), new RedisRoundTrip(DefaultPrefix));

    /// <summary>The phases.</summary>
    public static readonly IReadOnlyList<ObservedValue> Phases =
    [
        new("write", ObservedType.Duration, "the reply to SET; only with `roundTrip`") { IsPhase = true },
        new("read", ObservedType.Duration, "the reply to GET; only with `roundTrip`") { IsPhase = true },
        new("delete", ObservedType.Duration, "the reply to DEL; only with `roundTrip`") { IsPhase = true },
    ];

    /// <summary>Goes there and back.</summary>
    /// <param name="keys">Connections that are logged in.</param>
    /// <param name="check">The check's name.</param>
    /// <param name="username">Who is logged in.</param>
    /// <param name="deadline">The deadline of a run; the key lives twice as long.</param>
    /// <param name="trace">Takes the phases.</param>
    /// <param name="cancellationToken">The deadline.</param>
    /// <exception cref="CheckFailedException">The server refused a step, or what was read is not what was written.</exception>
    public async Task RunAsync(
        RedisKeys keys, string check, string? username, TimeSpan deadline, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        // A hash tag, so that in a cluster every run goes to the same slot: a check that is lucky now and then says nothing.
        var named = $"{Prefix}:{{{check}}}";
        var (key, value) = ($"{named}:{RoundTrips.Token()}", RoundTrips.Token());
        try
        {
            trace.Begin($"writing a key {named}:…");
            await keys.AskAsync(cancellationToken, "SET", key, value, "EX", RoundTrips.SecondsToLive(deadline));
            trace.End("write");

            trace.Begin("reading the key back");
            var read = await keys.AskAsync(cancellationToken, "GET", key);
            trace.End("read");

            // Whatever was read, the key is the check's own.
            trace.Begin("deleting the key");
            var deleted = await keys.AskAsync(cancellationToken, "DEL", key);
            trace.End("delete");
            if (read != value)
            {
                throw RoundTrips.Missed(
                    read is null
                        ? $"reading the key back: it is gone, although the server accepted it{Eviction(trace)}"
                        : "reading the key back: it holds another value than the one written",
                    trace.Observed);
            }

            if (deleted != "1")
            {
                throw RoundTrips.Missed("deleting the key: it was gone by then", trace.Observed);
            }
        }
        catch (RedisErrorException e)
        {
            var remedy = Remedy(e.Message, username ?? "default", trace);
            throw new CheckFailedException(
                RedisErrors.Classify(e.Message), $"{trace.Doing}: {e.Message}{remedy}", trace.Observed, e);
        }
    }

    private string Remedy(string error, string username, ConnectionTrace trace) => RedisErrors.Code(error) switch
    {
        "NOPERM" when error.Contains("'asking'", StringComparison.Ordinal) =>
            $"; it takes ACL SETUSER {username} +asking while a cluster moves the key's slot",
        "NOPERM" => $"; it takes ACL SETUSER {username} ~{Prefix}:* +set +get +del",
        "READONLY" when trace.Observed.TryGetValue(RedisInfo.Primary, out var primary) => $"; it is a replica of {primary}",
        _ => "",
    };

    private static string Eviction(ConnectionTrace trace) =>
        trace.Observed.TryGetValue(RedisInfo.Eviction, out var policy) && policy is not "noeviction"
            && trace.Observed.TryGetValue(RedisInfo.MemoryUsed, out var used)
            ? string.Create(CultureInfo.InvariantCulture, $"; memory is {used:0.#}% used, and when it is full, {policy} evicts keys")
            : "";

    private static string ReadPrefix(SettingsReader settings, string key)
    {
        var prefix = settings.Text(key) ?? DefaultPrefix;
        if (prefix.Length == 0)
        {
            settings.Reject(key, $"a prefix is required, so that nobody else's key is written; the default is {DefaultPrefix}");
        }

        return prefix;
    }
}
