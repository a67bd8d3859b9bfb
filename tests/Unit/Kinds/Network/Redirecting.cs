using System.Collections.Concurrent;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Checks that follow redirects, and targets that redirect.</summary>
internal static class Redirecting
{
    public static Task<CheckVerdict> JudgeAsync(string url, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: {url}", "followRedirects: true", .. lines]);

    /// <summary>A target that redirects some paths, answers all others, and notes what it was sent.</summary>
    public static Task<HttpTarget> StartAsync(
        ConcurrentQueue<string> seen, params (string Path, int Status, string Location)[] redirects) =>
        HttpTarget.StartAsync(async context =>
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        string?[] shown = [request.Method, $"{request.Path}{request.QueryString}", request.Headers.Authorization, request.Headers["X-Key"],
            request.Headers.Cookie];
        seen.Enqueue(string.Join(
            ' ', request.Headers.ContainsKey("X-Key") ? [.. shown, $"{request.Host}"] : [.. shown[..3], request.ContentType, body]));
        if (Array.Find(redirects, redirect => redirect.Path == request.Path && !request.QueryString.HasValue
            || redirect.Path == request.Path && redirect.Path == "/2") is { Path: not null } found)
        {
            context.Response.StatusCode = found.Status;
            context.Response.Headers.Location = found.Location;
        }
    });
}
