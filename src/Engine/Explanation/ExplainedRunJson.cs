using System.Text.Json;

namespace HealthAgent.Explanation;

/// <summary>An explanation as JSON, the member <c>explanation</c> beside a run's record.</summary>
internal static class ExplainedRunJson
{
    /// <summary>Writes an explanation as an object; what a run has nothing of is left out.</summary>
    public static void Write(Utf8JsonWriter json, ExplainedRun run)
    {
        json.WriteStartObject();
        json.WriteNumber("tries", run.Tries);
        WriteAll(json, "names", run.Names, Write);
        WriteAll(json, "connections", run.Connections, Write);
        WriteAll(json, "tls", run.Handshakes, Write);
        WriteAll(json, "requests", run.Requests, Write);
        WriteAny(json, "commands", run.Commands);
        WriteAll(json, "steps", run.Steps, static (json, step) =>
        {
            json.WriteString("name", step.Key);
            json.WritePropertyName("explanation");
            Write(json, step.Value);
        });
        if (run.IsCut)
        {
            json.WriteBoolean("isCut", value: true);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ResolvedName name)
    {
        json.WriteString("host", name.Host);
        json.WriteTexts("addresses", name.Addresses);
        json.WriteOptional("failure", name.Failure);
    }

    private static void Write(Utf8JsonWriter json, ConnectionAttempt attempt)
    {
        json.WriteString("server", attempt.Server);
        json.WriteString("address", attempt.Address);
        json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(attempt.Outcome.ToString()));
        json.WriteOptional("failure", attempt.Failure);
    }

    private static void Write(Utf8JsonWriter json, TlsHandshake handshake)
    {
        json.WriteString("serverName", handshake.ServerName);
        json.WriteOptional("protocol", handshake.Protocol);
        json.WriteOptional("cipher", handshake.Cipher);
        json.WriteBoolean("isAccepted", handshake.IsAccepted);
        WriteAny(json, "problems", handshake.Problems);
        WriteAll(json, "chain", handshake.Chain, static (json, certificate) =>
        {
            json.WriteString("subject", certificate.Subject);
            json.WriteString("issuer", certificate.Issuer);
            WriteAny(json, "names", certificate.Names);
            json.WriteString("notBefore", certificate.NotBefore);
            json.WriteString("notAfter", certificate.NotAfter);
            json.WriteBoolean("isSent", certificate.IsSent);
        });
    }

    private static void Write(Utf8JsonWriter json, HttpExchange exchange)
    {
        json.WriteString("method", exchange.Method);
        json.WriteString("url", exchange.Url);
        WriteHeaders(json, "requestHeaders", exchange.RequestHeaders);
        if (exchange.Status is { } status)
        {
            json.WriteNumber("status", status);
            json.WriteString("phrase", exchange.Phrase);
            json.WriteString("httpVersion", exchange.Version);
            WriteHeaders(json, "headers", exchange.Headers);
        }

        if (exchange.Body is { } body)
        {
            json.WriteStartObject("body");
            json.WriteOptional("text", body.Text);
            json.WriteOptional("problem", body.Problem);
            json.WriteBoolean("isCut", body.IsCut);
            json.WriteEndObject();
        }
    }

    private static void WriteHeaders(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        WriteAll(json, name, headers, static (json, header) =>
        {
            json.WriteString("name", header.Key);
            json.WriteString("value", header.Value);
        });

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(json, item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteAny(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json.WriteTexts(name, texts);
        }
    }
}
