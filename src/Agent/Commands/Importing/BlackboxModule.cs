using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>A module of blackbox_exporter: a check without name, target and schedule.</summary>
/// <param name="Name">Its name, which stays as it is.</param>
/// <param name="Kind">The kind that it became; null where it became none.</param>
/// <param name="Map">The settings; null where it became none.</param>
internal sealed record BlackboxModule(string Name, string? Kind, YamlMap? Map)
{
    private static readonly string[] Dialogue = ["expect", "send", "expect_bytes"];

    private const string Source = "the system chooses the address to connect from; not taken over";

    /// <summary>Reads one.</summary>
    public static BlackboxModule Read(string name, ForeignMap module, Fit fit)
    {
        var prober = module.Text("prober");
        var (timeout, check) = (module.Scalar("timeout"), new Draft(module.Where));
        var kind = prober switch
        {
            "http" or "tcp" => prober,
            "grpc" when fit.Kinds.Find("grpc") is not null => prober,
            _ => null,
        };
        check.Add("kind", kind is "tcp" && module.Map("tcp")?.Flag("tls") is true ? "tls" : kind ?? "");
        AddTimeout(module, timeout, check);
        switch (prober)
        {
            case "http":
                BlackboxHttp.Add(module.Map("http"), check);
                break;
            case "tcp":
                kind = AddTcp(module.Map("tcp"), module, check);
                break;
            case "grpc" when kind is not null:
                AddGrpc(module.Map("grpc"), check);
                break;
            case "icmp" or "dns" or "websocket" or "grpc":
                module.Note(Unavailable.Kind(prober));
                module.PassOver(prober, "timeout");
                break;
            case "unix":
                module.Note(Unavailable.NoKind);
                module.PassOver(prober, "timeout");
                break;
            default:
                module.Note("it has none of the probers that blackbox_exporter knows; not taken over");
                break;
        }

        module.RefuseRest($"not of the prober {prober}, so it says nothing; not taken over");
        return new BlackboxModule(name, kind, kind is null ? null : check.Map);
    }

    /// <summary>Reports a choice between IPv6 and IPv4.</summary>
    public static void RefuseProtocol(ForeignMap prober)
    {
        const string Message = "the agent tries all addresses of a name, IPv6 and IPv4 alternately (docs/checks.md); not taken over";
        prober.Refuse("preferred_ip_protocol", Message);
        prober.Refuse("ip_protocol_fallback", Message);
    }

    private static void AddTimeout(ForeignMap module, YamlScalar? written, Draft check)
    {
        if (written is null)
        {
            return;
        }

        if (ForeignDuration.Parse(written.Value) is { } timeout && timeout > TimeSpan.Zero)
        {
            check.Add("timeout", written.Where, timeout);
        }
        else
        {
            module.Refuse("timeout", "this is not a duration; the default holds");
        }
    }

    /// <summary>The kind, where a connection or a handshake is all that the module is about; null where it needs another one.</summary>
    private static string? AddTcp(ForeignMap? tcp, ForeignMap module, Draft check)
    {
        if (tcp is null)
        {
            return "tcp";
        }

        RefuseProtocol(tcp);
        tcp.Refuse("source_ip_address", Source);
        var dialogue = tcp.Maps("query_response");
        var isTls = tcp.Flag("tls");
        if (dialogue.Count > 0)
        {
            module.Note(KindFor(dialogue));
        }
        else if (isTls)
        {
            PrometheusClient.AddTls(tcp, "tls_config", check);
        }

        tcp.PassOver("tls_config");
        tcp.RefuseRest();
        return dialogue.Count > 0 ? null : isTls ? "tls" : "tcp";
    }

    private static string KindFor(IReadOnlyList<ForeignMap> dialogue)
    {
        var text = string.Join('\n', dialogue.SelectMany(step => Dialogue.Select(step.Text)));
        return Word("SSH-") ? Unavailable.Kind("ssh")
            : Word("EHLO") || Word("HELO prober") ? Unavailable.Kind("smtp")
            : Word("PING") && Word("PONG") && !Word("NICK") ? Own("redis")
            : Word("AMQP") ? Own("rabbitmq")
            : Word("AAAACATSFi8") ? Own("postgres")
            : $"query_response: {Unavailable.NoKind}";

        bool Word(string word) => text.Contains(word, StringComparison.Ordinal);

        static string Own(string kind) =>
            $"what it sends and expects is what the kind {kind} does in full; write a check of that kind with its credentials";
    }

    private static void AddGrpc(ForeignMap? grpc, Draft check)
    {
        if (grpc is null)
        {
            return;
        }

        check.Add("service", grpc.Scalar("service"), Draft.Literally);
        if (grpc.Flag("tls"))
        {
            PrometheusClient.AddTls(grpc, "tls_config", check);
            check.Put("tls", "enabled", new YamlScalar(grpc.PlaceOf("tls"), "true", IsPlain: true));
        }
        else
        {
            grpc.Refuse("tls_config", "it says nothing without tls; not taken over");
        }

        AddMetadata(grpc, check);
        RefuseProtocol(grpc);
        grpc.RefuseRest();
    }

    private static void AddMetadata(ForeignMap grpc, Draft check)
    {
        var metadata = grpc.Map("metadata");
        foreach (var name in metadata?.Keys.ToList() ?? [])
        {
            var values = metadata!.Scalars(name);
            if (values.Count > 1)
            {
                metadata.Refuse(name, "of several values only the last is sent");
            }

            if (values is [.., var last])
            {
                check.Put("headers", name, Draft.Text(last.Where, Draft.Literally(last.Value)));
            }
        }
    }
}
