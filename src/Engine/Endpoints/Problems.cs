using Microsoft.AspNetCore.WebUtilities;

namespace HealthAgent.Endpoints;

/// <summary>Errors as prepared answers: the same bytes for every caller and every name.</summary>
/// <remarks>Rule: RFC 9457, Problem Details for HTTP APIs.</remarks>
internal static class Problems
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>The caller accepts none of the forms that there are.</summary>
    public static readonly Answer NotAcceptable = Of(
        StatusCodes.Status406NotAcceptable,
        "this is available as application/health+json, application/json and text/plain; send Accept with one of these") with
    { IsNegotiated = true };

    /// <summary>A problem, with one sentence on what is wrong where its title does not say it all.</summary>
    public static Answer Of(int status, string? detail) => new(status, ContentType, HealthJson.Object(json =>
    {
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status", status);
        json.WriteOptional("detail", detail);
    }));
}
