namespace HealthAgent.Settings;

public abstract partial class Setting
{
    /// <summary>A text.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <returns>The setting.</returns>
    public static Setting<string?> Text(string name, string description) =>
        new(name, SettingShape.Text, description, static (settings, key) => settings.Text(key));

    /// <summary>A text that must be written.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <returns>The setting.</returns>
    public static Setting<string> RequiredText(string name, string description) =>
        new(name, SettingShape.Text, description, static (settings, key) => settings.RequiredText(key)) { IsRequired = true };

    /// <summary>A text that no surface may show; it is a credential.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <returns>The setting.</returns>
    public static Setting<string?> Secret(string name, string description) =>
        new(name, SettingShape.Secret, description, static (settings, key) => settings.Secret(key));

    /// <summary>A duration such as <c>1m30s</c>, within bounds.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="least">The least that may be written.</param>
    /// <param name="most">The most that may be written.</param>
    /// <param name="byDefault">What holds where it is not written.</param>
    /// <returns>The setting.</returns>
    public static Setting<TimeSpan?> Duration(string name, string description, TimeSpan least, TimeSpan most, string? byDefault = null) =>
        new(name, SettingShape.Duration, description, (settings, key) => settings.Duration(key, least, most)) { Default = byDefault };

    /// <summary>A size such as <c>10MiB</c>, in bytes, within bounds.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="least">The least that may be written.</param>
    /// <param name="most">The most that may be written.</param>
    /// <returns>The setting.</returns>
    public static Setting<long?> Size(string name, string description, long least, long most) =>
        new(name, SettingShape.Size, description, (settings, key) => settings.Size(key, least, most));

    /// <summary>A size such as <c>10MiB</c>, in bytes, within bounds, with a default.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="byDefault">What holds where it is not written.</param>
    /// <param name="least">The least that may be written.</param>
    /// <param name="most">The most that may be written.</param>
    /// <returns>The setting.</returns>
    public static Setting<long> Size(string name, string description, long byDefault, long least, long most) =>
        new(name, SettingShape.Size, description, (settings, key) => settings.Size(key, least, most) ?? byDefault)
        {
            Default = Units.FormatSize(byDefault),
        };

    /// <summary>A share such as <c>99.9%</c>, as 0.999.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <returns>The setting.</returns>
    public static Setting<double?> Share(string name, string description) =>
        new(name, SettingShape.Share, description, static (settings, key) => settings.Share(key));

    /// <summary>A whole number within bounds.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="least">The least that may be written.</param>
    /// <param name="most">The most that may be written.</param>
    /// <param name="byDefault">What holds where it is not written.</param>
    /// <returns>The setting.</returns>
    public static Setting<int?> WholeNumber(string name, string description, int least, int most, string? byDefault = null) =>
        new(name, SettingShape.Integer(least, most), description, (settings, key) => settings.Integer(key, least, most))
        {
            Default = byDefault,
        };

    /// <summary><c>true</c> or <c>false</c>, with a default.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="byDefault">What holds where it is not written.</param>
    /// <returns>The setting.</returns>
    public static Setting<bool> Boolean(string name, string description, bool byDefault) =>
        new(name, SettingShape.Boolean, description, (settings, key) => settings.Boolean(key) ?? byDefault)
        {
            Default = byDefault ? "true" : "false",
        };

    /// <summary>One of some words.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="words">The words, and what each means.</param>
    /// <returns>The setting.</returns>
    public static Setting<T?> OneOf<T>(string name, string description, IReadOnlyDictionary<string, T> words) where T : struct =>
        new(name, SettingShape.OneOf(words.Keys), description, (settings, key) => settings.OneOf(key, words));

    /// <summary>A list of texts; a single text is a list of one. Empty when not written.</summary>
    internal static Setting<IReadOnlyList<LocatedText>> Texts(string name, string description) =>
        new(name, SettingShape.Texts, description, static (settings, key) => settings.Texts(key));

    /// <summary>A mapping of texts under free names. Empty when not written.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <returns>The setting.</returns>
    public static Setting<IReadOnlyDictionary<string, string>> Map(string name, string description) =>
        new(name, SettingShape.Map, description, static (settings, key) => settings.Map(key));

    /// <summary>A mapping with settings of its own.</summary>
    /// <param name="name">The key.</param>
    /// <param name="description">What it means.</param>
    /// <param name="declared">Its settings.</param>
    /// <param name="read">Reads what is written in it.</param>
    /// <param name="absent">What holds where it is not written.</param>
    /// <typeparam name="T">The type of what is read.</typeparam>
    /// <returns>The setting.</returns>
    public static Setting<T> Section<T>(
        string name, string description, IReadOnlyList<Setting> declared, Func<SettingsReader, T> read, T absent) =>
        new(name, SettingShape.Mapping(declared), description, (settings, key) =>
            settings.Section(key) is { } section ? ReadAll(section, declared, read) : absent);

    /// <summary>A single value, or a mapping with settings of its own in its place.</summary>
    /// <param name="name">The key.</param>
    /// <param name="single">What the single value may be.</param>
    /// <param name="description">What it means.</param>
    /// <param name="declared">The settings of the mapping.</param>
    /// <param name="read">Reads what is written in the mapping.</param>
    /// <param name="readSingle">Reads the single value, or what holds where nothing is written.</param>
    /// <param name="byDefault">What holds where it is not written.</param>
    /// <typeparam name="T">The type of what is read.</typeparam>
    internal static Setting<T> SectionOr<T>(
        string name, SettingShape single, string description, IReadOnlyList<Setting> declared, Func<SettingsReader, T> read,
        Func<SettingsReader, string, T> readSingle, string? byDefault = null) =>
        new(name, single.OrMapping(declared), description, (settings, key) => settings.IsSection(key)
            ? ReadAll(settings.Section(key)!, declared, read)
            : readSingle(settings, key)) { Default = byDefault };

    /// <summary>A list of mappings with settings of their own. Empty when not written.</summary>
    /// <param name="name">The key, in camelCase.</param>
    /// <param name="description">What it means, in one line of Markdown.</param>
    /// <param name="declared">The settings of each.</param>
    /// <param name="read">Reads what is written in one.</param>
    /// <typeparam name="T">The type of what is read.</typeparam>
    /// <returns>The setting.</returns>
    public static Setting<IReadOnlyList<T>> Sections<T>(
        string name, string description, IReadOnlyList<Setting> declared, Func<SettingsReader, T> read) =>
        new(name, SettingShape.List(SettingShape.Mapping(declared)), description,
            (settings, key) => [.. settings.Sections(key).Select(section => ReadAll(section, declared, read))]);

    private static T ReadAll<T>(SettingsReader section, IReadOnlyList<Setting> declared, Func<SettingsReader, T> read)
    {
        section.Declare(declared);
        var value = read(section);
        section.RejectUnknownKeys();
        return value;
    }
}
