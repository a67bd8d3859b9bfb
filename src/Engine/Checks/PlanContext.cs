using HealthAgent.Security;
using HealthAgent.Settings;

namespace HealthAgent.Checks;

/// <summary>What a kind is given of one check when it is planned.</summary>
public sealed class PlanContext
{
    internal PlanContext(string name, Tier tier, TimeSpan interval, TimeSpan timeout, Conditions conditions, SettingsReader settings) =>
        (Name, Tier, Interval, Timeout, Conditions, Settings) = (name, tier, interval, timeout, conditions, settings);

    /// <summary>The check's name.</summary>
    public string Name { get; }

    /// <summary>The layer that it looks at.</summary>
    public Tier Tier { get; }

    /// <summary>The time between starts.</summary>
    public TimeSpan Interval { get; }

    /// <summary>The deadline of one run.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>What is asked of the values that it observes; one that is costly is observed only then.</summary>
    public Conditions Conditions { get; }

    /// <summary>What is written for it; the kind reads what it declares.</summary>
    public SettingsReader Settings { get; }

    /// <summary>All kinds, for a check that is made of others; none within such a check.</summary>
    internal KindIndex Kinds { get; init; } = new([]);

    /// <summary>What it may connect to, where its target is another's; null for anything.</summary>
    internal TargetPolicy? Policy { get; init; }

    /// <summary>What a preset appends to a URL without a path; empty for nothing.</summary>
    private string UrlPath { get; init; } = "";

    /// <summary>The same for a preset with a path of its own.</summary>
    internal PlanContext At(string urlPath) =>
        new(Name, Tier, Interval, Timeout, Conditions, Settings) { UrlPath = urlPath, Kinds = Kinds, Policy = Policy };

    /// <summary>The URL to ask: where one is written without a path, or up to a slash, that of the preset is appended.</summary>
    internal Uri Complete(Uri url) => UrlPath.Length > 0 && url.AbsolutePath.EndsWith('/')
        ? new UriBuilder(url) { Path = url.AbsolutePath + UrlPath }.Uri
        : url;
}
