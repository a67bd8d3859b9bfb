using System.Security.Authentication;
using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>How the connections of a check are secured; <c>tls</c> means the same in all kinds.</summary>
internal sealed record TlsSettings
{
    private const string FileOrText = "a file in PEM, which is read again at each run, or PEM itself";

    private static readonly Setting<string?> Ca = new(
        "ca", Pem, $"the authorities that may have issued the server's certificate: {FileOrText}", ReadPem)
    {
        DefaultNote = "the system's",
    };

    private static readonly Setting<string?> Certificate = new(
        "certificate", Pem, $"the certificate that is shown to the server, with its intermediates: {FileOrText}", ReadPem);

    private static readonly Setting<string?> Key = new(
        "key", Pem with { IsSecret = true }, $"its private key: {FileOrText}", ReadKey) { DefaultNote = "in `certificate`" };

    private static readonly Setting<string?> Name = new(
        "serverName", SettingShape.Text, "the name that the certificate must be for, and that is asked for (SNI)", ReadText)
    {
        DefaultNote = "the host that is connected to",
    };

    private static readonly Setting<bool> InsecureSkipVerify = Setting.Boolean(
        "insecureSkipVerify", "accepts any certificate; what it is and when it ends is still observed", byDefault: false);

    private static readonly Dictionary<string, SslProtocols> Versions = new(StringComparer.Ordinal)
    {
        ["1.2"] = SslProtocols.Tls12 | SslProtocols.Tls13,
        ["1.3"] = SslProtocols.Tls13,
    };

    private static readonly Setting<SslProtocols?> MinVersion = new(
        "minVersion", SettingShape.OneOf(Versions.Keys), "the oldest version of TLS that is spoken",
        static (settings, key) => settings.OneOf(key, Versions))
    {
        DefaultNote = "the system's",
    };

    /// <summary>The settings within <c>tls</c>.</summary>
    public static readonly IReadOnlyList<Setting> All = [Ca, Certificate, Key, Name, InsecureSkipVerify, MinVersion];

    /// <summary>The setting <c>tls</c>.</summary>
    public static readonly Setting<TlsSettings> Tls = Setting.Section("tls", "how the connection is secured", All, Read, new TlsSettings());

    private static SettingShape Pem => SettingShape.Text with { Name = "file or PEM" };

    /// <summary>Whether any certificate is accepted.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>The name that the certificate must be for; null for the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>The versions that are spoken.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>Authorities and client certificate.</summary>
    public TlsFiles Files { get; init; } = TlsFiles.None;

    /// <summary>For other servers than the one it was written for: no client certificate, and no name of that server.</summary>
    public TlsSettings Elsewhere => this with { ServerName = null, Files = TlsFiles.None with { Roots = Files.Roots } };

    /// <summary>Reads what is written in <c>tls</c>.</summary>
    public static TlsSettings Read(SettingsReader tls)
    {
        var files = new TlsFiles(tls.Get(Ca), tls.Get(Certificate), tls.Get(Key));
        if (files is { Key: not null, Certificate: null })
        {
            tls.Reject(Key, "a key needs its certificate; write 'certificate' too");
            files = files with { Key = null };
        }

        (TlsFiles.None with { Roots = files.Roots }).Verify(tls, Ca);
        (files with { Roots = null }).Verify(tls, Certificate);
        return new TlsSettings
        {
            SkipVerify = tls.Get(InsecureSkipVerify),
            ServerName = tls.Get(Name),
            Protocols = tls.Get(MinVersion) ?? SslProtocols.None,
            Files = files,
        };
    }

    /// <summary>This, and what a connection string says where this says nothing.</summary>
    public TlsSettings Over(TlsSettings written) => new()
    {
        SkipVerify = SkipVerify || written.SkipVerify,
        ServerName = ServerName ?? written.ServerName,
        Protocols = Protocols,
        Files = (Files.Certificate is null ? written.Files : Files) with { Roots = Files.Roots ?? written.Files.Roots },
    };

    private static string? ReadText(SettingsReader settings, string key) => settings.Text(key);

    private static string? ReadPem(SettingsReader settings, string key) =>
        settings.Text(key) is not { Length: > 0 } text || CertificateFile.IsPem(text) ? settings.Text(key) : settings.FileOf(text);

    private static string? ReadKey(SettingsReader settings, string key)
    {
        var text = ReadPem(settings, key);
        if (text is not null && CertificateFile.IsPem(text))
        {
            settings.AddSecret(text);
        }

        return text;
    }
}
