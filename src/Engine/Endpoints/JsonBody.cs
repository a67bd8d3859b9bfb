using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HealthAgent.Operations;
using Microsoft.AspNetCore.Http.Features;

namespace HealthAgent.Endpoints;

/// <summary>Reads bodies of requests: JSON, bounded, and nothing in it that there is not.</summary>
internal static class JsonBody
{
    /// <summary>How large a body may be, in bytes.</summary>
    public const int Largest = 64 * 1024;

    /// <summary>Reads a body; null where something is wrong with it, which is answered then.</summary>
    public static async Task<T?> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type) where T : Written
    {
        if (!context.Request.HasJsonContentType())
        {
            await context.RefuseAsync(StatusCodes.Status415UnsupportedMediaType, "send a body of application/json");
            return null;
        }

        // The program's listeners have this limit anyway; an application's may have another one, or none.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && !(limit.MaxRequestBodySize <= Largest))
        {
            limit.MaxRequestBodySize = Largest;
        }

        try
        {
            var written = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
            var unknown = written?.Unknown?.Keys.FirstOrDefault();
            if (written is not null && unknown is null)
            {
                return written;
            }

            await context.RefuseAsync(
                StatusCodes.Status400BadRequest,
                unknown is null
                    ? "the body is null"
                    : $"there is no member '{Shown(unknown)}'{Suggestion.For(unknown, written!.Members)}");
        }
        catch (JsonException e)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, Describe(e));
        }
        catch (BadHttpRequestException e)
        {
            await context.RefuseAsync(
                e.StatusCode,
                e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "the body is larger than 64 KiB" : "the body is broken");
        }

        return null;
    }

    /// <summary>Answers that something is wrong with what is written, each line beginning with the member.</summary>
    public static Task RefuseAsync(this HttpContext context, IReadOnlyList<string> errors) => new Answer(
        StatusCodes.Status422UnprocessableEntity, "application/problem+json", HealthJson.Object(json =>
        {
            json.WriteString("title", "Unprocessable Content");
            json.WriteNumber("status", StatusCodes.Status422UnprocessableEntity);
            json.WriteString("detail", errors[0]);
            json.WriteTexts("errors", errors);
        })).SendAsync(context);

    private static string Describe(JsonException e) => e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal)
        ? $"{Shown(path[2..])}: wrong type, or written twice"
        : "the body is not a JSON object";

    private static string Shown(string text) => PlainText.ShortLine(text, 100);
}
