using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using HealthAgent.State;
using Microsoft.Net.Http.Headers;

namespace HealthAgent.Endpoints;

/// <summary>An answer, ready to be sent any number of times.</summary>
internal sealed record Answer(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>By snapshot version, and by the agent's start, since versions begin anew with it.</summary>
    public string? ETag { get; init; }

    /// <summary>A text.</summary>
    public static Answer Text(bool isUp, string text) => new(CodeOf(isUp), PlainText, Encoding.UTF8.GetBytes(text));

    /// <summary>200 when up, 503 when not.</summary>
    public static int CodeOf(bool isUp) => isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <summary>Sends it.</summary>
    public Task SendAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = ETag;
        if (StatusCode == StatusCodes.Status200OK && ETag is not null && IsKnown(request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.StatusCode = StatusCode;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
    }

    /// <summary>Whether the caller has this answer already, by any of the tags that it sends.</summary>
    private bool IsKnown(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch.Count == 0)
        {
            return false;
        }

        var mine = EntityTagHeaderValue.Parse(ETag);
        return request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(mine, useStrongComparison: false));
    }
}

/// <summary>What an answer is about.</summary>
/// <param name="View">Which of the surfaces' forms.</param>
/// <param name="Name">Of a check or roll-up; empty where the view has none.</param>
/// <param name="Details">Whether the caller sees details.</param>
internal readonly record struct AnswerKey(string View, string Name, bool Details);

/// <summary>Answers from the current snapshot, each rendered once a snapshot and not once a request.</summary>
internal sealed class Answers(StateStore store)
{
    private Rendered _rendered = new(store.Current);

    /// <summary>The answer to a key, made by <paramref name="render"/> where the current snapshot has none yet; null is an answer too.</summary>
    public Answer? For(AnswerKey key, Func<Snapshot, AnswerKey, Answer?> render)
    {
        var (current, rendered) = (store.Current, Volatile.Read(ref _rendered));
        if (!ReferenceEquals(rendered.Snapshot, current))
        {
            rendered = new Rendered(current);
            Volatile.Write(ref _rendered, rendered);
        }

        return rendered.ByKey.TryGetValue(key, out var answer) ? answer : Render(rendered, key, render);
    }

    private static Answer? Render(Rendered rendered, AnswerKey key, Func<Snapshot, AnswerKey, Answer?> render)
    {
        var snapshot = rendered.Snapshot;
        if (render(snapshot, key) is not { } answer)
        {
            // Not kept: names that do not exist are without number.
            return null;
        }

        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{snapshot.StartedAt.ToUnixTimeMilliseconds():x}-{snapshot.Version:x}\"");
        return rendered.ByKey.GetOrAdd(key, answer with { ETag = tag });
    }

    private sealed class Rendered(Snapshot snapshot)
    {
        public Snapshot Snapshot => snapshot;

        public ConcurrentDictionary<AnswerKey, Answer> ByKey { get; } = new();
    }
}
