using System.Text;
using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.History;

/// <summary>What is known of each check, on the disk: a line that says which event was the latest, and one per check.</summary>
internal static class StatesFile
{
    /// <summary>Its name in the directory.</summary>
    public const string Name = "checks.jsonl";

    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    /// <summary>Writes it. One check after the other is made into text, so that it takes no memory.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="lastId">The id of an event that the states have, as they have all before it.</param>
    /// <param name="states">The states.</param>
    public static void Write(Stream file, string lastId, IEnumerable<CarriedState> states)
    {
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("event", lastId);
        json.WriteEndObject();
        foreach (var state in states)
        {
            EndLine(file, json);
            CarriedStateJson.Write(json, state);
        }

        EndLine(file, json);
    }

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The file.</param>
    /// <exception cref="JsonException">It is no such file.</exception>
    /// <exception cref="InvalidOperationException">It is JSON of another kind.</exception>
    public static (string LastId, IReadOnlyList<CarriedState> States) Read(byte[] bytes)
    {
        var (lastId, states) = (default(string), new List<CarriedState>());
        using var lines = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (lastId is null)
            {
                lastId = RunRecordJson.Optional(json.RootElement, "event") ?? throw new JsonException("there is no event");
            }
            else
            {
                states.Add(CarriedStateJson.Read(json.RootElement));
            }
        }

        return (lastId ?? throw new JsonException("it is empty"), states);
    }

    private static void EndLine(Stream file, Utf8JsonWriter json)
    {
        json.Flush();
        file.Write(LineFeed);
        json.Reset();
    }
}
