using System.Globalization;
using HealthAgent.Explanation;

namespace HealthAgent.Agent.Commands.Checking;

/// <summary>An explanation as sections of a report.</summary>
internal static class ExplainedSections
{
    // Of a body; more would hide the rest.
    private const int MostLines = 20;

    /// <summary>The sections, in the order of the run; empty ones too.</summary>
    public static IEnumerable<ReportSection> Of(ExplainedRun run, DateTimeOffset now)
    {
        yield return new ReportSection("addresses", [.. run.Names.Select(Row)]);
        yield return new ReportSection("connections", [.. run.Connections.Select(attempt => Row(attempt, run.Connections))]);
        yield return new ReportSection("tls", [.. run.Handshakes.SelectMany(Rows)]);
        yield return new ReportSection(
            CheckReport.Chain, [.. run.Handshakes.SelectMany(it => it.Chain.Select((one, i) => Row(one, i, now)))]);
        yield return new ReportSection("asked", [.. run.Commands.Select(static command => new ReportRow(Tone.Plain, command))]);
        yield return new ReportSection("http", [.. run.Requests.SelectMany(Rows)]);
    }

    private static ReportRow Row(ResolvedName name) => name.Failure is { } failure
        ? new ReportRow(Tone.Bad, name.Host, failure)
        : new ReportRow(Tone.Plain, name.Host, string.Join(", ", name.Addresses));

    private static ReportRow Row(ConnectionAttempt attempt, IReadOnlyList<ConnectionAttempt> all)
    {
        var (tone, words) = attempt.Outcome switch
        {
            ConnectionOutcome.Connected => (Tone.Good, "connected"),
            ConnectionOutcome.Failed => (Tone.Bad, attempt.Failure ?? "failed"),
            _ when all.Any(other => other.Outcome == ConnectionOutcome.Connected) => (Tone.Plain, "not waited for, another was faster"),
            _ => (Tone.Bad, "no answer"),
        };
        return new ReportRow(tone, attempt.Server, attempt.Address, words);
    }

    private static IEnumerable<ReportRow> Rows(TlsHandshake handshake)
    {
        var verdict = (handshake.IsAccepted, handshake.Problems.Count) switch
        {
            (true, 0) => (Tone.Good, "certificate verified"),
            (true, _) => (Tone.Doubtful, "certificate accepted unverified"),
            _ => (Tone.Bad, "certificate rejected"),
        };
        yield return new ReportRow(
            verdict.Item1, handshake.ServerName, handshake.Protocol ?? "not completed", handshake.Cipher ?? "", verdict.Item2);
        foreach (var problem in handshake.Problems)
        {
            yield return new ReportRow(verdict.Item1, problem);
        }
    }

    private static ReportRow Row(ExplainedCertificate certificate, int position, DateTimeOffset now)
    {
        var left = certificate.NotAfter - now;
        var end = left < TimeSpan.Zero ? $"expired {Days(-left)} ago" : $"expires in {Days(left)}";
        return new ReportRow(
            left < TimeSpan.Zero || certificate.NotBefore > now ? Tone.Bad : Tone.Plain,
            position.ToString(CultureInfo.InvariantCulture),
            certificate.Subject,
            $"issued by {certificate.Issuer}",
            certificate.Names.Count > 0 ? $"for {string.Join(", ", certificate.Names)}" : "",
            certificate.NotBefore > now
                ? $"not valid before {certificate.NotBefore.UtcDateTime:yyyy-MM-dd}"
                : string.Create(CultureInfo.InvariantCulture, $"{certificate.NotAfter.UtcDateTime:yyyy-MM-dd}, {end}"),
            certificate.IsSent ? "sent by the server" : "known here");
    }

    private static string Days(TimeSpan time) => time >= TimeSpan.FromDays(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} days")
        : Units.Format(TimeSpan.FromMinutes(Math.Ceiling(time.TotalMinutes)));

    private static IEnumerable<ReportRow> Rows(HttpExchange exchange)
    {
        yield return new ReportRow(Tone.Plain, $"{exchange.Method} {exchange.Url}");
        foreach (var (name, value) in exchange.RequestHeaders)
        {
            yield return new ReportRow(Tone.Plain, $"> {name}: {value}");
        }

        if (exchange.Status is not { } status)
        {
            yield return new ReportRow(Tone.Bad, "< no response");
            yield break;
        }

        yield return new ReportRow(
            status < 300 ? Tone.Good : status < 400 ? Tone.Doubtful : Tone.Bad,
            string.Create(CultureInfo.InvariantCulture, $"< HTTP/{exchange.Version} {status} {exchange.Phrase}").TrimEnd());
        foreach (var (name, value) in exchange.Headers)
        {
            yield return new ReportRow(Tone.Plain, $"< {name}: {value}");
        }

        foreach (var line in Lines(exchange.Body))
        {
            yield return new ReportRow(Tone.Plain, $"| {line}");
        }
    }

    private static IEnumerable<string> Lines(ExplainedBody? body) => body switch
    {
        null => [],
        { Problem: { } problem } => [$"({problem})"],
        { Text: "" } => ["(empty)"],
        { Text: { } text } => Beginning(text.TrimEnd('\n').Split('\n'), body.IsCut),
        _ => [],
    };

    private static IEnumerable<string> Beginning(string[] lines, bool isCut) =>
        isCut || lines.Length > MostLines ? lines.Take(MostLines).Append("(more)") : lines;
}
