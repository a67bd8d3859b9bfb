using System.Text.Json;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>What operators said, as JSON.</summary>
internal static class OperationsJson
{
    /// <summary>Writes what operators said of a check, within an object that is open.</summary>
    public static void WriteOperations(this Utf8JsonWriter json, CheckState state)
    {
        json.WriteOptional("silenced", state.Silence);
        if (state.Acknowledged is { } acknowledged)
        {
            json.WriteAcknowledgement(acknowledged);
        }
    }

    /// <summary>Writes an acknowledgement, within an object that is open.</summary>
    public static void WriteAcknowledgement(this Utf8JsonWriter json, Acknowledgement acknowledged)
    {
        json.WriteStartObject("acknowledged");
        json.WriteString("by", acknowledged.By);
        json.WriteTime("at", acknowledged.At);
        if (acknowledged.Until is { } until)
        {
            json.WriteTime("until", until);
        }

        json.WriteString("reason", acknowledged.Reason);
        json.WriteEndObject();
    }
}
