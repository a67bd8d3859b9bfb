using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HealthAgent.Endpoints;

/// <summary>The form of an answer.</summary>
internal enum Form
{
    /// <summary>Aligned lines for people.</summary>
    Text,

    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary><c>application/health+json</c>.</summary>
    HealthJson,
}

/// <summary>Which form a caller gets: by <c>Accept</c> with its quality values, and the first offered where it says nothing.</summary>
/// <remarks>Rule: RFC 9110, 12.5.1, Accept.</remarks>
internal static class Forms
{
    private const string Anything = "*/*";
    private const int Exact = 3;

    /// <summary>What <c>/health</c> offers.</summary>
    public static readonly Form[] OfHealth = [Form.HealthJson, Form.Json, Form.Text];

    /// <summary>What checks, groups and tiers offer.</summary>
    public static readonly Form[] OfDetails = [Form.Json, Form.HealthJson, Form.Text];

    /// <summary>The content type.</summary>
    public static string ContentType(this Form form) => form == Form.Text ? Answer.PlainText : form.MediaType();

    /// <summary>Told apart in entity tags.</summary>
    public static char Letter(this Form form) => "tjh"[(int)form];

    /// <summary>The form that a caller prefers among those offered; null when it accepts none of them.</summary>
    public static Form? Choose(StringValues accept, Form[] offered)
    {
        // Nearly all callers send one of these; what is parsed is allocated.
        if (accept is [] or [null or "" or Anything])
        {
            return offered[0];
        }

        foreach (var form in offered)
        {
            if (accept is [var only] && only == form.MediaType())
            {
                return form;
            }
        }

        return MediaTypeHeaderValue.TryParseList(accept!, out var ranges) ? Best(ranges, offered) : offered[0];
    }

    private static Form? Best(IList<MediaTypeHeaderValue> ranges, Form[] offered)
    {
        var (best, bestQuality) = (default(Form?), 0d);
        foreach (var form in offered)
        {
            var range = ranges.Where(range => Accepts(range, form)).MaxBy(Precision);
            if (range is not null && (range.Quality ?? 1) is var quality && quality > bestQuality)
            {
                (best, bestQuality) = (form, quality);
            }
        }

        return best;
    }

    // Without a wildcard it is that type alone: the parser would let application/json stand for every type that ends in +json.
    private static bool Accepts(MediaTypeHeaderValue range, Form form) => Precision(range) == Exact
        ? range.MediaType.Equals(form.MediaType(), StringComparison.OrdinalIgnoreCase)
        : range.MatchesMediaType(form.MediaType());

    // The most precise range decides, also when it refuses what a wider one accepts.
    private static int Precision(MediaTypeHeaderValue range) => range switch
    {
        { MatchesAllTypes: true } => 0,
        { MatchesAllSubTypes: true } => 1,
        { MatchesAllSubTypesWithoutSuffix: true } => 2,
        _ => Exact,
    };

    private static string MediaType(this Form form) => form switch
    {
        Form.HealthJson => "application/health+json",
        Form.Json => "application/json",
        _ => "text/plain",
    };
}
