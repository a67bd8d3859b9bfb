using System.Net;
using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Security;
using HealthAgent.Settings;

namespace HealthAgent.Planning;

/// <summary>What callers may have probed, resolved. Immutable.</summary>
/// <param name="Modules">The modules by name.</param>
/// <param name="Policy">What may be connected to.</param>
/// <param name="Fingerprint">Of all that is written for it.</param>
internal sealed record ProbePlan(IReadOnlyDictionary<string, ProbeModule> Modules, TargetPolicy Policy, Fingerprint Fingerprint)
{
    /// <summary>Resolves what is written; what is wrong is noted.</summary>
    public static ProbePlan Of(ProbeOptions options, KindIndex kinds, Timing defaults)
    {
        var policy = new TargetPolicy([.. Targets(options)], [.. Addresses(options)]);
        var modules = new Dictionary<string, ProbeModule>(StringComparer.Ordinal);
        foreach (var module in options.Modules)
        {
            if (ProbeModule.Plan(module, kinds, defaults, policy) is { } planned)
            {
                modules[module.Name] = planned;
            }
        }

        return new ProbePlan(
            modules, policy, Fingerprint.Of([.. options.Settings.Canonical(""), defaults.Timeout.ToString(), $"{defaults.Retries}"]));
    }

    private static IEnumerable<TargetPattern> Targets(ProbeOptions options)
    {
        foreach (var written in options.Targets)
        {
            if (TargetPattern.Parse(written.Text) is { } pattern)
            {
                yield return pattern;
            }
            else
            {
                options.Settings.Reject(
                    ProbeSettings.Targets, written, $"'{written.Text}' is not a pattern of targets; {TargetPattern.Remedy}");
            }
        }
    }

    private static IEnumerable<IPNetwork> Addresses(ProbeOptions options)
    {
        foreach (var written in options.AllowAddresses)
        {
            if (RangeOf(written.Text) is { } range)
            {
                yield return range;
            }
            else
            {
                options.Settings.Reject(
                    ProbeSettings.AllowAddresses, written,
                    $"'{written.Text}' is not an address or a range; write one such as 10.0.0.0/8, 127.0.0.1 or fd00::/8");
            }
        }
    }

    private static IPNetwork? RangeOf(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }

        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return ProbeTarget.AddressOf(text.ToLowerInvariant()) is { } address
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : null;
        }

        return IPNetwork.TryParse(text, out var range) ? range : null;
    }
}
