using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using HealthAgent.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HealthAgent.Agent.OpenApi;

/// <summary><c>/openapi/v1.json</c>: the routes that are mapped, as OpenAPI 3.1. Made once, at the first request.</summary>
internal static class OpenApiRoute
{
    /// <summary>The route.</summary>
    public const string Route = "/openapi/v1.json";

    private const string Name = "v1";
    private const string Schemas = "openapi-schemas.json";

    // What describes routes looks at methods, and our routes are delegates that take the whole request.
    private static readonly MethodInfo Handler =
        typeof(OpenApiRoute).GetMethod(nameof(Handle), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Registers what makes the document.</summary>
    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            OpenApiOperations.Describe(operation, context);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Health Agent",
                Version = AgentVersion.Version,
                Description = "Health of a service and of what it depends on. No request runs a check, unless it asks for that.",
            };
            document.Servers = null;
            return Task.CompletedTask;
        });
    });

    /// <summary>Lets a route be described, under the surface that it belongs to.</summary>
    public static void Describe(EndpointBuilder endpoint)
    {
        endpoint.Metadata.Add(Handler);
        endpoint.Metadata.Add(new TagsAttribute(SurfaceOf((RouteEndpointBuilder)endpoint)));
    }

    /// <summary>Maps the route.</summary>
    public static IEndpointConventionBuilder MapOpenApiDocument(this IEndpointRouteBuilder routes)
    {
        Answer? made = null;
        return routes.MapReading(Route, async context =>
        {
            // Two first callers make the same.
            var answer = Volatile.Read(ref made);
            if (answer is null)
            {
                Volatile.Write(ref made, answer = await MakeAsync(routes.ServiceProvider, context.RequestAborted));
            }

            await answer.SendAsync(context);
        });
    }

    private static async Task<Answer> MakeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var written = new MemoryStream();
        await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        var json = JsonNode.Parse(written.ToArray())!.AsObject();
        await using var schemas = typeof(OpenApiRoute).Assembly.GetManifestResourceStream(Schemas)!;
        json["components"] = new JsonObject { ["schemas"] = await JsonNode.ParseAsync(schemas, cancellationToken: cancellationToken) };
        var body = JsonText.Bytes(writer => json.WriteTo(writer));
        return new Answer(StatusCodes.Status200OK, "application/json", body)
        {
            ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 8))}\"",
        };
    }

    private static string SurfaceOf(RouteEndpointBuilder endpoint)
    {
        var reads = endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(
            methods => methods.HttpMethods.Contains(HttpMethods.Get, StringComparer.Ordinal));
        return !reads ? "actions" : endpoint.RoutePattern.RawText!.Split('/')[1] switch
        {
            "livez" or "readyz" or "startupz" => "probes",
            "health" or "api" => "health",
            "metrics" or "probe" => "metrics",
            _ => "api",
        };
    }

    private static Task Handle(HttpContext context) => Task.CompletedTask;
}
