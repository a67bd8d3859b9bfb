using System.Text.Json.Serialization.Metadata;
using HealthAgent.Expectations;
using HealthAgent.Kinds.Network.Bodies;

namespace HealthAgent.Kinds.Workflows.Dagu;

/// <summary>What is read of a response: the members that a type declares, and those of an error.</summary>
/// <typeparam name="T">The type of the body.</typeparam>
internal sealed class DaguShape<T>(JsonTypeInfo<T> type)
{
    /// <summary>How the body is read.</summary>
    public JsonTypeInfo<T> Type => type;

    /// <summary>What of it is kept.</summary>
    public BodyUse Use { get; } = new(DaguHttp.LargestAnswer, DaguHttp.LargestAnswer, IsText: false,
        [.. type.Properties.Select(property => property.Name).Concat(["code", "message"]).Distinct(StringComparer.Ordinal).Select(Member)]);

    private static JsonUse Member(string name) =>
        JsonPath.TryParse($"$.{name}", out var path) ? new JsonUse(path!) : throw new FormatException(name);
}

/// <summary>The shapes of the responses that are read.</summary>
internal static class DaguShapes
{
    public static readonly DaguShape<DaguHealth> Health = new(DaguJson.Default.DaguHealth);
    public static readonly DaguShape<DaguLogin> Login = new(DaguJson.Default.DaguLogin);
    public static readonly DaguShape<DaguSchedulers> Schedulers = new(DaguJson.Default.DaguSchedulers);
    public static readonly DaguShape<DaguCoordinators> Coordinators = new(DaguJson.Default.DaguCoordinators);
    public static readonly DaguShape<DaguWorkers> Workers = new(DaguJson.Default.DaguWorkers);
    public static readonly DaguShape<DaguQueues> Queues = new(DaguJson.Default.DaguQueues);
    public static readonly DaguShape<DaguQueueItems> QueueItems = new(DaguJson.Default.DaguQueueItems);
    public static readonly DaguShape<DaguRuns> Runs = new(DaguJson.Default.DaguRuns);
    public static readonly DaguShape<DaguRunDetailsAnswer> RunDetails = new(DaguJson.Default.DaguRunDetailsAnswer);
    public static readonly DaguShape<DaguDags> Dags = new(DaguJson.Default.DaguDags);
    public static readonly DaguShape<DaguSpec> Spec = new(DaguJson.Default.DaguSpec);
    public static readonly DaguShape<DaguDagDetails> DagDetails = new(DaguJson.Default.DaguDagDetails);
    public static readonly DaguShape<DaguResources> Resources = new(DaguJson.Default.DaguResources);
    public static readonly DaguShape<DaguStarted> Started = new(DaguJson.Default.DaguStarted);
}
