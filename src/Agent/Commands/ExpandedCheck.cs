using System.Globalization;
using HealthAgent.Configuration;
using HealthAgent.Expectations;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;
using static HealthAgent.Yaml.YamlScalar;

namespace HealthAgent.Agent.Commands;

/// <summary>
/// A check as it could be written with nothing left to defaults, presets included; secrets as <see cref="WrittenText"/> has them. Keys that
/// begin with <c>x-</c> say what cannot be written: which preset it was, and conditions that hold only for what is observed.
/// </summary>
internal static class ExpandedCheck
{
    private const string Url = "url";
    private const string Preset = "x-preset";

    /// <summary>The mapping.</summary>
    /// <param name="written">What is written.</param>
    /// <param name="plan">What follows from that.</param>
    public static YamlMap Of(CheckOptions written, CheckPlan plan)
    {
        var (text, map) = (new WrittenText(written.Settings, plan.Redactor), written.Settings.Written.Entries);
        var entries = new OrderedDictionary<string, YamlEntry>(StringComparer.Ordinal);

        // The conditions come last, as people write them.
        foreach (var setting in CheckSettings.All.Except([CheckSettings.Expect, CheckSettings.Warn]).Concat(plan.Kind.Settings))
        {
            if ((Resolved(setting.Name, written, plan) ?? Written(setting) ?? Default(setting)) is { } node)
            {
                entries[setting.Name] = YamlEntry.Of(node);
            }

            if (setting == CheckSettings.Kind && plan.Kind.Preset is not null)
            {
                entries[Preset] = YamlEntry.Of(Plain(plan.Kind.Name));
            }
        }

        AddConditions(CheckSettings.Expect, plan.Conditions.Expect.SkipLast(written.Expect.Count));
        AddConditions(CheckSettings.Warn, plan.Conditions.Warn.SkipLast(written.Warn.Count));
        return new YamlMap(default, entries);

        void AddConditions(Setting setting, IEnumerable<Condition> defaults)
        {
            var own = defaults.ToLookup(condition => condition.IsDefault, condition => (YamlNode)Plain(condition.Text));
            IReadOnlyList<YamlNode> wrote = Written(setting) is { } node ? (node as YamlList)?.Items ?? [node] : [];
            Add(setting.Name, [.. own[false], .. wrote]);
            Add($"x-default-{setting.Name}", [.. own[true]]);
        }

        void Add(string name, IReadOnlyList<YamlNode> conditions)
        {
            if (conditions.Count > 0)
            {
                entries[name] = YamlEntry.Of(new YamlList(default, conditions));
            }
        }

        YamlNode? Written(Setting setting) => map.TryGetValue(setting.Name, out var entry) && entry.Value is not YamlScalar { IsNull: true }
            ? setting.Name == Url && plan.Kind.Preset is { } preset
                ? Completed(text.Masked(entry.Value, setting.Shape), written.Settings, preset.Path)
                : text.Masked(entry.Value, setting.Shape)
            : null;
    }

    /// <summary>What is resolved from elsewhere than the check's own settings; null for all that is not.</summary>
    private static YamlScalar? Resolved(string setting, CheckOptions written, CheckPlan plan) => setting switch
    {
        "kind" => Plain((plan.Kind.Preset?.Kind ?? plan.Kind).Name),
        "enabled" => Plain(written.IsEnabled ? "true" : "false"),
        "tier" => Plain(plan.Tier.Name()),
        "impact" => Plain(plan.Impact.Name()),
        "interval" => Plain(Units.FormatExactly(plan.Interval)),
        "timeout" => Plain(Units.FormatExactly(plan.Timeout)),
        "retries" => Plain(plan.Retries.ToString(CultureInfo.InvariantCulture)),
        "retryInterval" => Plain(Units.FormatExactly(plan.RetryInterval)),
        "failureThreshold" => Plain(plan.FailureThreshold.ToString(CultureInfo.InvariantCulture)),
        "successThreshold" => Plain(plan.SuccessThreshold.ToString(CultureInfo.InvariantCulture)),
        "objective" when plan.Objective is { } share => Plain((share * 100).ToString("0.##########", CultureInfo.InvariantCulture) + "%"),
        _ => null,
    };

    // A default that depends on what else is written would contradict it.
    private static YamlScalar? Default(Setting setting) => setting is { Default: { } value, DefaultNote: null } ? Plain(value) : null;

    /// <summary>A URL with the preset's path where it has none.</summary>
    private static YamlNode Completed(YamlNode url, SettingsReader settings, string path)
    {
        if (url is not YamlScalar { Value: var shown } scalar
            || settings.Written.Entries[Url].Value is not YamlScalar { Value: var written }
            || !Uri.TryCreate(settings.Resolve(written), UriKind.Absolute, out var asked) || !asked.AbsolutePath.EndsWith('/'))
        {
            return url;
        }

        // What a reference leads to may end in a slash already.
        var query = shown.IndexOf('?', StringComparison.Ordinal) is var found and >= 0 ? found : shown.Length;
        var slash = settings.Resolve(written).Split('?')[0].EndsWith('/') ? "" : "/";
        return scalar with { Value = shown[..query] + slash + path + shown[query..] };
    }
}
