using System.Text.Json;

namespace HealthAgent.Unit.Support;

/// <summary>An answer of the agent.</summary>
internal sealed record Reply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public string? ETag => Headers.GetValueOrDefault("ETag");

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Asserts that it is an error as errors are reported.</summary>
    public void ShouldBeProblem(int status)
    {
        Status.ShouldBe(status);
        ContentType.ShouldBe("application/problem+json");
        Json.GetProperty("status").GetInt32().ShouldBe(status);
        Json.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        Headers["Cache-Control"].ShouldBe("no-store");
    }

    /// <summary>Asserts that nothing but the time of day tells two replies apart.</summary>
    public void ShouldBeAlike(Reply other, string what)
    {
        (Status, Body).ShouldBe((other.Status, other.Body), what);
        static IEnumerable<string> HeadersOf(Reply reply) => reply.Headers.Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {header.Value}");
        HeadersOf(this).ShouldBe(HeadersOf(other), what);
    }
}
