using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthAgent.Operations;

/// <summary>What a caller writes in a body; what is unknown in it is refused.</summary>
internal abstract record Written
{
    /// <summary>Why, or what is done about it.</summary>
    public string? Reason { get; init; }

    /// <summary>When it is over.</summary>
    public string? Until { get; init; }

    /// <summary>Members that there are not.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The members that there are.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Members { get; }
}

/// <summary>An acknowledgement as a caller writes it.</summary>
internal sealed record WrittenAcknowledgement : Written
{
    /// <summary>How long it holds, instead of until when.</summary>
    public string? For { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<string> Members => ["reason", "until", "for"];
}

/// <summary>A window as a caller writes it.</summary>
internal sealed record WrittenWindow : Written
{
    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>The checks that it is for.</summary>
    public IReadOnlyList<string?>? Checks { get; init; }

    /// <summary>The groups that it is for.</summary>
    public IReadOnlyList<string?>? Groups { get; init; }

    /// <summary>When it begins; now where nothing is written.</summary>
    public string? Start { get; init; }

    /// <summary>How long it lasts, instead of until when.</summary>
    public string? Duration { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public override IReadOnlyList<string> Members => ["name", "checks", "groups", "start", "duration", "until", "reason"];
}

/// <summary>How bodies are read: strictly.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, MaxDepth = 8)]
[JsonSerializable(typeof(WrittenAcknowledgement))]
[JsonSerializable(typeof(WrittenWindow))]
internal sealed partial class WrittenJson : JsonSerializerContext;
