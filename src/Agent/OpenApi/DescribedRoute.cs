using System.Collections.Immutable;
using HealthAgent.Endpoints;

namespace HealthAgent.Agent.OpenApi;

/// <summary>What the OpenAPI document says of an operation beside its path.</summary>
/// <param name="Summary">What it is for, in one line.</param>
/// <param name="Answers">What it answers.</param>
internal sealed record DescribedRoute(string Summary, params ImmutableArray<DescribedAnswer> Answers)
{
    /// <summary>What may be asked by the query.</summary>
    public ImmutableArray<DescribedQuery> Queries { get; init; } = [];
}

/// <summary>An answer.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Description">When it is given.</param>
/// <param name="ContentType">The content type; null for an answer without a body.</param>
/// <param name="Schema">The name of the body's schema; null for text.</param>
internal sealed record DescribedAnswer(int Status, string Description, string? ContentType = null, string? Schema = null)
{
    /// <summary>What the path names is not there.</summary>
    public static readonly DescribedAnswer Unknown = Problem(404, "There is none of the name.");

    /// <summary>The caller asks more often than it may.</summary>
    public static readonly DescribedAnswer TooOften = Problem(429, "Too often; Retry-After says when to ask again.");

    /// <summary>An error.</summary>
    public static DescribedAnswer Problem(int status, string description) =>
        new(status, description, Problems.ContentType, "Problem");
}

/// <summary>A parameter of the query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="IsRepeatable">Whether it may be given several times.</param>
/// <param name="Values">The values that it may have; empty for any.</param>
internal sealed record DescribedQuery(string Name, string Description, bool IsRepeatable = false, params ImmutableArray<string> Values);
