using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>Settings that everything of Prometheus shares: TLS, credentials, files.</summary>
internal static class PrometheusClient
{
    /// <summary>TLS.</summary>
    public static void AddTls(ForeignMap written, string key, Draft check)
    {
        if (written.Map(key) is not { } tls)
        {
            return;
        }

        var draft = new Draft(tls.Where)
            .Add("ca", tls.Scalar("ca_file") ?? tls.Scalar("ca"), Draft.Literally)
            .Add("certificate", tls.Scalar("cert_file") ?? tls.Scalar("cert"), Draft.Literally)
            .Add("key", tls.Scalar("key_file") ?? tls.Scalar("key"), Draft.Literally)
            .Add("serverName", tls.Scalar("server_name"), Draft.Literally)
            .AddTrue("insecureSkipVerify", tls.PlaceOf("insecure_skip_verify"), tls.Flag("insecure_skip_verify"));
        switch (tls.Text("min_version"))
        {
            case "TLS12" or "TLS13":
                draft.Add("minVersion", tls.Scalar("min_version"), static version => version == "TLS12" ? "1.2" : "1.3");
                break;
            default:
                tls.Refuse("min_version", "1.2 and 1.3 can be asked for; the system's own limit holds");
                break;
        }

        tls.Refuse("max_version", "a newest version cannot be set; not taken over");
        tls.RefuseRest();
        check.Add("tls", draft.Map);
    }

    /// <summary>The credentials of an HTTP client.</summary>
    public static void AddCredentials(ForeignMap written, Draft check)
    {
        if (written.Map("basic_auth") is { } basic)
        {
            AddSecret(basic, "username", "username_file", "username", check);
            AddSecret(basic, "password", "password_file", "password", check);
            basic.RefuseRest();
        }

        AddSecret(written, "bearer_token", "bearer_token_file", "token", check);
        if (written.Map("authorization") is not { } authorization)
        {
            return;
        }

        var type = authorization.Text("type") ?? "Bearer";
        if (type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            AddSecret(authorization, "credentials", "credentials_file", "token", check);
        }
        else if (Secret(authorization, "credentials", "credentials_file") is { } credentials)
        {
            check.Put("headers", "Authorization", Draft.Text(credentials.Where, $"{type} {credentials.Value}"));
        }

        authorization.RefuseRest();
    }

    /// <summary>A reference to a file.</summary>
    public static YamlScalar? FromFile(YamlScalar? file) =>
        file is null ? null : Draft.Text(file.Where, $"${{file:{Draft.Literally(file.Value)}}}");

    private static void AddSecret(ForeignMap written, string key, string fileKey, string setting, Draft check) =>
        check.Add(setting, Secret(written, key, fileKey));

    private static YamlScalar? Secret(ForeignMap written, string key, string fileKey)
    {
        var (text, file) = (written.Scalar(key), FromFile(written.Scalar(fileKey)));
        return text is null ? file : Draft.Text(text.Where, Draft.Literally(text.Value));
    }
}
