namespace HealthAgent.Settings;

/// <summary>
/// A setting of a kind, declared once: reading it, its errors, the JSON Schema and the tables of the documentation come from this.
/// </summary>
public abstract partial class Setting
{
    private protected Setting(string name, SettingShape shape, string description) =>
        (Name, Shape, Description) = (name, shape, description);

    /// <summary>The key that it is written under, in camelCase.</summary>
    public string Name { get; }

    /// <summary>What it means, in one line of Markdown.</summary>
    public string Description { get; }

    /// <summary>Whether it must be written.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What holds where it is not written, as one would write it; null where there is no such text.</summary>
    public string? Default { get; init; }

    /// <summary>What holds where it is not written, in words: beside <see cref="Default"/>, or where there is none.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>What may be written.</summary>
    internal SettingShape Shape { get; }

    /// <summary>Reads it, whatever its type.</summary>
    internal abstract object? ReadAny(SettingsReader settings);
}

/// <summary>A setting with the type of its value.</summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class Setting<T> : Setting
{
    private readonly Func<SettingsReader, string, T> _read;

    /// <summary>Declares a setting.</summary>
    /// <param name="name">The key that it is written under.</param>
    /// <param name="shape">What may be written.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="read">Reads the value under the key, or what holds without; adds an error where it is wrong, and does not
    /// throw.</param>
    internal Setting(string name, SettingShape shape, string description, Func<SettingsReader, string, T> read)
        : base(name, shape, description) => _read = read;

    /// <summary>The same setting, with what holds where it is not written, or required.</summary>
    internal Setting<T> With(string? byDefault = null, string? note = null, bool isRequired = false) =>
        new(Name, Shape, Description, _read)
        {
            Default = byDefault ?? Default,
            DefaultNote = note ?? DefaultNote,
            IsRequired = isRequired || IsRequired,
        };

    /// <summary>The same setting, whose text (in a mapping of texts: each of them) may hold what steps of a scenario captured.</summary>
    /// <param name="form">How it is put there.</param>
    internal Setting<T> Taking(CapturedForm form) =>
        new(
            Name,
            Shape.Values is { } values ? Shape with { Values = values with { Captured = form } } : Shape with { Captured = form },
            Description, _read)
        {
            IsRequired = IsRequired, Default = Default, DefaultNote = DefaultNote,
        };

    /// <summary>Reads it.</summary>
    internal T Read(SettingsReader settings) => _read(settings, Name);

    /// <inheritdoc />
    internal override object? ReadAny(SettingsReader settings) => Read(settings);
}
