using System.Text.RegularExpressions;
using HealthAgent.Settings;

namespace HealthAgent.Configuration;

/// <summary>What callers may have probed, as written.</summary>
/// <param name="Modules">The modules.</param>
/// <param name="Targets">The patterns of targets.</param>
/// <param name="AllowAddresses">The addresses that are not public and may be connected to.</param>
/// <param name="Settings">The section.</param>
internal sealed record ProbeOptions(
    IReadOnlyList<ModuleOptions> Modules, IReadOnlyList<LocatedText> Targets, IReadOnlyList<LocatedText> AllowAddresses,
    SettingsReader Settings);

/// <summary>One module as written. What is its kind's own is still in <see cref="Settings"/>.</summary>
internal sealed record ModuleOptions(string Name, SettingsReader Settings);

/// <summary>The settings of <c>/probe</c>.</summary>
internal static partial class ProbeSettings
{
    // As with blackbox_exporter, where a scrape says nothing of its timeout.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(2);

    /// <summary>How long a probe may take.</summary>
    public static readonly Setting<TimeSpan?> Timeout = Setting.Duration(
        "timeout", "the deadline of a probe; half a second less than the timeout of the scrape where that is sooner",
        TimeSpan.FromMilliseconds(1), LongestTimeout, byDefault: "5s");

    /// <summary>The settings of a module, beside those of its kind.</summary>
    public static readonly IReadOnlyList<Setting> OfModules =
        [CheckSettings.Kind, Timeout, TimingSettings.Retries, CheckSettings.Expect, CheckSettings.Warn];

    /// <summary>The modules.</summary>
    public static readonly Setting<IReadOnlyList<ModuleOptions>> Modules = new(
        "modules",
        new SettingShape("mapping", "object") { Values = SettingShape.Mapping(OfModules) },
        "what is probed, by the name that callers give as `module`: a check's kind and settings without its `url` or `address`",
        ReadModules) { IsRequired = true };

    /// <summary>The patterns of targets.</summary>
    public static readonly Setting<IReadOnlyList<LocatedText>> Targets = Setting.Texts(
        "targets",
        "patterns of the targets that may be asked for, [`[SCHEME://]HOST[:PORT][/PATH]`](#which-targets-may-be-asked-for)")
        .With(isRequired: true);

    /// <summary>The addresses that may be connected to although they are not public.</summary>
    public static readonly Setting<IReadOnlyList<LocatedText>> AllowAddresses = Setting.Texts(
        "allowAddresses",
        "private, loopback, link-local and other addresses that are not public and may be connected to, such as `10.0.0.0/8`; an address "
        + "where clouds give out credentials, such as `169.254.169.254`, only by itself");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Setting> All = [Modules, Targets, AllowAddresses];

    /// <summary>Reads what is written.</summary>
    public static ProbeOptions Read(SettingsReader settings)
    {
        var probe = new ProbeOptions(settings.Get(Modules), settings.Get(Targets), settings.Get(AllowAddresses), settings);
        if (!settings.Has(Modules))
        {
            settings.Reject(Modules, "'modules' is required: what is probed, such as http_2xx: { kind: http }");
        }

        if (probe.Targets.Count == 0)
        {
            settings.Reject(Targets, "'targets' is required: patterns of what may be asked for, such as https://*.shop.example");
        }

        return probe;
    }

    private static List<ModuleOptions> ReadModules(SettingsReader settings, string key)
    {
        var modules = new List<ModuleOptions>();
        foreach (var (name, module) in settings.Named(key))
        {
            if (!ModuleName().IsMatch(name))
            {
                module.Reject("", "this is not a name of a module; use letters, digits and . _ -");
            }

            modules.Add(new ModuleOptions(name, module));
        }

        return modules;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModuleName();
}
