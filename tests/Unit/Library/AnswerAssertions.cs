using System.Net;

namespace HealthAgent.Unit.Library;

/// <summary>What is asserted of answers.</summary>
internal static class AnswerAssertions
{
    public static void ShouldBeOfProblem(this (HttpStatusCode Code, string Body, string? ContentType) answer, HttpStatusCode code)
    {
        (answer.Code, answer.ContentType).ShouldBe((code, "application/problem+json"));
        answer.Body.ShouldContain("\"title\":");
    }
}
