using System.Globalization;
using System.Text.Json;
using HealthAgent.Unit.Support;
using Json.Schema;

namespace HealthAgent.Unit.OpenApi;

/// <summary>The answers that an OpenAPI document speaks of, and which of them were met.</summary>
internal sealed class DocumentedAnswers(JsonElement document)
{
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    public IEnumerable<(string Method, string Path, JsonElement Value)> Operations =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    /// <summary>What is documented, and was not answered.</summary>
    public IEnumerable<string> NotMet => Documented.Where(answer => !_met.Contains(answer));

    private IEnumerable<string> Documented =>
        from operation in Operations
        from response in operation.Value.GetProperty("responses").EnumerateObject()
        from type in response.Value.TryGetProperty("content", out var content) ? content.EnumerateObject().Select(one => one.Name) : [""]
        select Answer(operation.Method, operation.Path, int.Parse(response.Name, CultureInfo.InvariantCulture), type);

    public bool IsMet(string method, string path, int status, string type) => _met.Contains(Answer(method, path, status, type));

    /// <summary>Asserts that an answer is documented, and notes that it was met.</summary>
    public void Hold(string method, string path, Reply reply)
    {
        var type = method == "HEAD" || reply.Body.Length == 0 ? "" : reply.ContentType!.Split(';')[0];
        var answer = Answer(method, path, reply.Status, type);
        Documented.Contains(answer, StringComparer.Ordinal).ShouldBeTrue($"{answer} is not documented: {reply.Body}");
        var operation = Operations.Single(one => (one.Method, one.Path) == (method, path)).Value;
        var response = operation.GetProperty("responses").EnumerateObject().First(one => Status(one.Name) == Status(reply.Status)).Value;
        if (type.EndsWith("json", StringComparison.Ordinal))
        {
            var schema = response.GetProperty("content").GetProperty(type).GetProperty("schema");
            Errors(schema, reply.Json).ShouldBeEmpty($"{answer}: {reply.Body}");
        }

        _met.Add(answer);
    }

    private static string Answer(string method, string path, int status, string type) => $"{method} {path} {Status(status)} {type}";

    // Whether a caller is refused with 401 or 403 depends on whether there is a scheme to authenticate by.
    private static string Status(object status) => $"{status}" is "401" or "403" ? "401 or 403" : $"{status}";

    private IEnumerable<string> Errors(JsonElement schema, JsonElement body)
    {
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var text = $$"""{ "allOf": [{{schema.GetRawText()}}], "$defs": {{schemas.GetRawText()}} }""";
        var evaluated = JsonSchema.FromText(
                text.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal),
                new BuildOptions { SchemaRegistry = new SchemaRegistry() })
            .Evaluate(body, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return evaluated.IsValid
            ? []
            : ["it is not valid", .. evaluated.Details!.Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];
    }
}
