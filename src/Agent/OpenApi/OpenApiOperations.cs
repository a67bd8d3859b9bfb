using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HealthAgent.Agent.OpenApi;

/// <summary>Adds to each operation what <see cref="DescribedRoutes"/> says of it.</summary>
internal static class OpenApiOperations
{
    /// <summary>Describes an operation.</summary>
    public static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var (method, path) = (context.Description.HttpMethod!, "/" + context.Description.RelativePath);
        operation.Parameters = [.. NamesIn(path)];
        operation.Responses = [];
        if (DescribedRoutes.Find(method, path) is not { } route)
        {
            return;
        }

        operation.Summary = route.Summary;
        foreach (var query in route.Queries)
        {
            operation.Parameters.Add(Parameter(query));
        }

        foreach (var answers in route.Answers.GroupBy(answer => answer.Status).OrderBy(answers => answers.Key))
        {
            var response = new OpenApiResponse { Description = answers.First().Description };
            foreach (var answer in answers.Where(answer => answer.ContentType is not null && method != HttpMethods.Head))
            {
                response.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
                response.Content[answer.ContentType!] = new OpenApiMediaType { Schema = SchemaOf(answer, context.Document) };
            }

            operation.Responses[answers.Key.ToString(CultureInfo.InvariantCulture)] = response;
        }
    }

    private static IOpenApiSchema SchemaOf(DescribedAnswer answer, OpenApiDocument? document) => answer.Schema is { } name
        ? new OpenApiSchemaReference(name, document)
        : new OpenApiSchema { Type = JsonSchemaType.String };

    private static IEnumerable<OpenApiParameter> NamesIn(string path) => path.Split('{').Skip(1).Select(part => new OpenApiParameter
    {
        Name = part.Split('}')[0],
        In = ParameterLocation.Path,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    });

    private static OpenApiParameter Parameter(DescribedQuery query)
    {
        var value = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = query.Values.IsEmpty ? null : [.. query.Values.Select(one => (JsonNode)JsonValue.Create(one))],
        };
        return new OpenApiParameter
        {
            Name = query.Name,
            In = ParameterLocation.Query,
            Description = query.Description,
            Schema = query.IsRepeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = value } : value,
        };
    }
}
