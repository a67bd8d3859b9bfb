using System.Globalization;
using System.Text;
using HealthAgent.State;

namespace HealthAgent.Endpoints;

/// <summary>How states are written as text, for people at a terminal: aligned lines.</summary>
internal static class HealthText
{
    private const string Gap = "  ";

    /// <summary>A roll-up with a line per check, or a check with a line per thing that is known of it.</summary>
    public static ReadOnlyMemory<byte> Of(Snapshot snapshot, AnswerKey key, Subject subject)
    {
        var text = new StringBuilder();
        if (subject.RollUp is null)
        {
            Append(text, CheckLines(snapshot, snapshot.Checks[subject.Members[0]]));
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        text.Append(subject.Status.Name());
        if (key.Details || key.View == HealthDocuments.Whole)
        {
            text.Append(": ").Append(subject.Describe());
        }

        text.Append('\n');
        if (!key.Details && key.View == HealthDocuments.Whole && key.Endpoints?.WhyNoDetails() is { } why)
        {
            text.Append(why).Append('\n');
        }

        if (key.Details && !subject.Members.IsEmpty)
        {
            text.Append('\n');
            Append(text, [["STATUS", "CHECK", "KIND", "FOR", "TOOK", "REASON"],
                .. subject.Members.Select(member => RollUpLine(snapshot, snapshot.Checks[member]))]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string[] RollUpLine(Snapshot snapshot, CheckState state) =>
    [
        state.Status.Name(), state.Plan.Name, state.Plan.Kind.Name, Units.Format(snapshot.TakenAt - state.Since),
        state.Last is { } last ? Units.Format(last.Duration) : "", Reason(state),
    ];

    private static string Reason(CheckState state) =>
        (state.Maintenance, state.Explain()) switch
        {
            (null, var reason) => reason ?? "",
            (var window, null) => $"in maintenance by {window}",
            var (window, reason) => $"in maintenance by {window}; {reason}",
        };

    private static List<string[]> CheckLines(Snapshot snapshot, CheckState state)
    {
        var plan = state.Plan;
        List<string[]> lines =
        [
            ["check", plan.Name],
            ["status", $"{state.Status.Name()} for {Units.Format(snapshot.TakenAt - state.Since)}"],
            ["reason", Reason(state)],
            ["kind", plan.Kind.Name],
            ["tier", $"{plan.Tier.Name()}, impact {plan.Impact.Name()}{(plan.Group is { } group ? $", group {group}" : "")}"],
        ];
        if (state.Last is { } last)
        {
            var at = last.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var error = last.ErrorType is { } type ? $" ({type.Name()})" : "";
            lines.Add(["last run", $"{last.Result.Name()}{error} in {Units.Format(last.Duration)}, at {at}"]);
            lines.AddRange(last.Verdict.Conditions.Select(condition => new[]
            {
                condition.IsExpectation ? "expect" : "warn",
                $"{condition.Text}: {condition.Result}{(condition.SeenText is { } seen ? $", saw {seen}" : "")}",
            }));
            lines.AddRange(last.Verdict.Observations.Where(one => one.Meaning != ObservationMeaning.Latency)
                .Select(one => new[] { PlainText.Line(one.Name), one.Text }));
            lines.Add(["runbook", Runbooks.For(plan, last) ?? ""]);
        }

        lines.RemoveAll(line => line[1].Length == 0);
        return lines;
    }

    private static void Append(StringBuilder text, List<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length - 1).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            var start = text.Length;
            for (var column = 0; column < widths.Length; column++)
            {
                text.Append(line[column].PadRight(widths[column])).Append(Gap);
            }

            text.Append(line[^1]);
            while (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }
    }
}
