using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Connections;
using HealthAgent.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// Writes a key of its own, reads it back and deletes it. The key is written together with its expiry, so that a run that is cut off
/// leaves nothing that the server would keep.
/// </summary>
/// <param name="Prefix">What the key begins with.</param>
internal sealed record RedisRoundTrip(string Prefix)
{
    private const string DefaultPrefix = "health-agent";

    // Of a cluster with a hundred primaries, 6 runs in 1,000 find no slot of the one that is asked.
    private const int MostSlots = 512;

    private static readonly Setting<string> KeyPrefix = new(
        "prefix", SettingShape.Text,
        "what the key begins with: `PREFIX:CHECK:{RANDOM}:RANDOM`. With a `{…}` of its own, it decides which node of a cluster has the key",
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

    private bool HasTag => Prefix.Contains('{', StringComparison.Ordinal);

    /// <summary>Goes there and back.</summary>
    /// <param name="server">A connection that is logged in.</param>
    /// <param name="settings">Who is logged in, and the database.</param>
    /// <param name="check">The check; the key lives twice as long as its timeout.</param>
    /// <param name="tag">The hash tag of the key, which decides its slot in a cluster.</param>
    /// <param name="trace">Takes the phases.</param>
    /// <param name="cancellationToken">The deadline.</param>
    /// <returns>The hash tag that was taken at last.</returns>
    /// <exception cref="CheckFailedException">The server refused a step, or what was read is not what was written.</exception>
    public async Task<string> RunAsync(
        RedisConnection server, RedisSettings settings, HealthCheckRegistration check, string tag, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        var value = RoundTrips.Token();
        try
        {
            if (settings.Database > 0)
            {
                trace.Begin($"selecting database {settings.Database}");
                await server.AskAsync(cancellationToken, "SELECT", settings.Database.ToString(CultureInfo.InvariantCulture));
            }

            (tag, var key) = await WriteAsync(server, check, tag, value, trace, cancellationToken);
            trace.End("write");

            trace.Begin("reading the key back");
            var read = await server.AskAsync(cancellationToken, "GET", key);
            trace.End("read");

            // Whatever was read, the key is the check's own.
            trace.Begin("deleting the key");
            var deleted = await server.AskAsync(cancellationToken, "DEL", key);
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

            return tag;
        }
        catch (RedisErrorException e)
        {
            var remedy = Remedy(e.Message, settings, trace);
            throw new CheckFailedException(
                RedisErrors.Classify(e.Message), $"{trace.Doing}: {e.Message}{remedy}", trace.Observed, e);
        }
    }

    /// <summary>
    /// Writes a key that the server itself has. A node of a cluster names another for keys of other slots; that is not followed, since
    /// credentials go to no address that a peer names, but another slot is tried.
    /// </summary>
    /// <remarks>Rule: Redis cluster specification, "MOVED Redirection", "ASK redirection" and "Hash tags".</remarks>
    private async Task<(string Tag, string Key)> WriteAsync(
        RedisConnection server, HealthCheckRegistration check, string tag, string value, ConnectionTrace trace,
        CancellationToken cancellationToken)
    {
        for (var slots = 1; ; slots++)
        {
            var key = $"{Prefix}:{check.Name}:{{{tag}}}:{RoundTrips.Token()}";
            trace.Begin($"writing a key {Prefix}:{check.Name}:…");
            try
            {
                await server.AskAsync(cancellationToken, "SET", key, value, "EX", RoundTrips.SecondsToLive(check.Timeout));
                return (tag, key);
            }
            catch (RedisErrorException e) when (
                RedisErrors.Code(e.Message) is "MOVED" or "ASK" && slots < (HasTag ? 1 : MostSlots)
                && !trace.Observed.ContainsKey(RedisInfo.Primary))
            {
                tag = RoundTrips.Token();
            }
        }
    }

    private string Remedy(string error, RedisSettings settings, ConnectionTrace trace) => RedisErrors.Code(error) switch
    {
        "NOPERM" => $"; it takes ACL SETUSER {settings.Username ?? "default"} ~{Prefix}:* +set +get +del"
            + (settings.Database > 0 ? " +select" : ""),
        "READONLY" or "MOVED" when trace.Observed.TryGetValue(RedisInfo.Primary, out var primary) => $"; it is a replica of {primary}",
        "MOVED" when HasTag => $"; the slot of '{Prefix}' is another node's",
        "MOVED" => "; keys of many slots are elsewhere: this node of the cluster is a replica, or has no slots",
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
