namespace HealthAgent.Settings;

/// <summary>
/// A setting, declared once: reading it, its errors, the JSON Schema and the tables of the documentation come from this.
/// </summary>
/// <param name="name">The key that it is written under.</param>
/// <param name="shape">What may be written.</param>
/// <param name="description">What it means, in one line of Markdown.</param>
internal abstract partial class Setting(string name, SettingShape shape, string description)
{
    /// <summary>The key that it is written under.</summary>
    public string Name => name;

    /// <summary>What may be written.</summary>
    public SettingShape Shape => shape;

    /// <summary>What it means, in one line of Markdown.</summary>
    public string Description => description;

    /// <summary>Whether it must be written.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What holds where it is not written, as one would write it; null where there is no such text.</summary>
    public string? Default { get; init; }

    /// <summary>What holds where it is not written, in words: beside <see cref="Default"/>, or where there is none.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>Reads it, whatever its type.</summary>
    public abstract object? ReadAny(SettingsReader settings);
}

/// <summary>A setting with the type of its value.</summary>
/// <param name="name">The key that it is written under.</param>
/// <param name="shape">What may be written.</param>
/// <param name="description">What it means, in one line of Markdown.</param>
/// <param name="read">Reads the value under the key, or what holds without; notes what is wrong, and does not throw.</param>
internal sealed class Setting<T>(string name, SettingShape shape, string description, Func<SettingsReader, string, T> read)
    : Setting(name, shape, description)
{
    /// <summary>Reads it.</summary>
    public T Read(SettingsReader settings) => read(settings, Name);

    /// <inheritdoc />
    public override object? ReadAny(SettingsReader settings) => Read(settings);
}
