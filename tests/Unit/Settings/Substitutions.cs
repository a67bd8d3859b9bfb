using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Unit.Settings;

/// <summary>References in values, with an environment of a few variables.</summary>
internal static class Substitutions
{
    public static Substitution Of(FilesRead files) => new(
        name => name switch
        {
            "USER" => "ada",
            "EMPTY" => "",
            "TRICKY" => "${env:USER}",
            "MULTILINE" => "a: 1\nb: 2",
            _ => null,
        },
        files);
}
