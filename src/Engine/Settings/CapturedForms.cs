namespace HealthAgent.Settings;

/// <summary>How captured values are put into texts that several kinds have.</summary>
internal static class CapturedForms
{
    /// <summary>Into a text of one line, such as a password: as they are, unless they hold control characters.</summary>
    public static readonly CapturedForm Line = static (parts, _, _, out error) =>
    {
        error = parts.FirstOrDefault(static part => part.Value is { HasControls: true }) is { Text.Length: > 0 } odd
            ? $"what '{odd.Text}' stands for has a line break or another control character, which cannot be sent here"
            : null;
        return error is null ? Join(parts, static value => value.Text) : null;
    };

    /// <summary>Into a condition: as its whole right side, which is compared by its type and never parsed.</summary>
    public static readonly CapturedForm Condition = static (parts, _, _, out error) =>
    {
        error = parts is [{ Value: null }, { Value: not null }]
            ? null
            : "what a step captured is the whole right side of a condition, without quotes, such as 'json $.id == ${steps.order.id}'";
        return error is null ? parts[0].Text : null;
    };

    /// <summary>The text with each captured value written by a function.</summary>
    public static string Join(IReadOnlyList<CapturedPart> parts, Func<Expectations.CapturedValue, string> write) =>
        string.Concat(parts.Select(part => part.Value is { } value ? write(value) : part.Text));
}
