using HealthAgent.Settings;

namespace HealthAgent.Kinds.Network.Tls;

/// <summary>How the connections of a check are secured; <c>tls</c> means the same in all kinds.</summary>
/// <param name="SkipVerify">Whether any certificate is accepted.</param>
internal sealed record TlsSettings(bool SkipVerify = false)
{
    private static readonly Setting<bool> InsecureSkipVerify = Setting.Boolean(
        "insecureSkipVerify", "accepts any certificate; what it is and when it ends is still observed", byDefault: false);

    /// <summary>The settings within <c>tls</c>.</summary>
    public static readonly IReadOnlyList<Setting> All = [InsecureSkipVerify];

    /// <summary>The setting <c>tls</c>.</summary>
    public static readonly Setting<TlsSettings> Tls = Setting.Section("tls", "how the connection is secured", All, Read, new TlsSettings());

    /// <summary>Reads what is written in <c>tls</c>.</summary>
    public static TlsSettings Read(SettingsReader tls) => new(tls.Get(InsecureSkipVerify));
}
