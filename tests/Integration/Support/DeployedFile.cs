using System.Globalization;
using System.Text.RegularExpressions;

namespace HealthAgent.Integration.Support;

/// <summary>
/// A file of <c>deploy/prometheus</c> with addresses replaced and times divided by twenty: a minute of evaluation, waiting or holding is
/// three seconds; query windows stay.
/// </summary>
internal sealed partial class DeployedFile(string name)
{
    private const double Haste = 20;

    private string _text = File.ReadAllText(Repository.PathOf($"deploy/prometheus/{name}"));

    /// <summary>Replaces a text that must be present.</summary>
    public DeployedFile With(string text, string replacement)
    {
        _text.ShouldContain(text);
        _text = _text.Replace(text, replacement, StringComparison.Ordinal);
        return this;
    }

    /// <summary>Writes it into a folder under its own name.</summary>
    public string WriteTo(string folder)
    {
        var file = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, Times().Replace(_text, Hasten));
        return file;
    }

    private static string Hasten(Match match)
    {
        var seconds = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * (
            match.Groups["unit"].Value switch { "s" => 1, "m" => 60, _ => 3600 });
        return string.Create(CultureInfo.InvariantCulture, $"{match.Groups["key"].Value}: {seconds * 1000 / Haste}ms");
    }

    private const string Keys = "for|keep_firing_for|interval|scrape_interval|scrape_timeout|evaluation_interval|group_wait|group_interval";

    [GeneratedRegex(
        $@"(?<key>\b({Keys})): (?<number>\d+)(?<unit>[smh])$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Times();
}
