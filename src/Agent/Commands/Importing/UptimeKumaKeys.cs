using HealthAgent.Yaml;

namespace HealthAgent.Agent.Commands.Importing;

/// <summary>
/// What each monitor of an export has, whatever its type: nearly all of it is that of other types, which Uptime Kuma itself does not read.
/// </summary>
internal static class UptimeKumaKeys
{
    /// <summary>Keys that say nothing of what is checked.</summary>
    public static readonly string[] Bookkeeping =
    [
        "id", "path", "pathName", "childrenIDs", "includeSensitiveData", "screenshot", "maintenance", "weight", "dns_last_result",
        "user_id", "created_date", "sendUrl", "customUrl", "responseMaxLength", "lastUpdate", "uptime", "avgPing",
    ];

    private static readonly HashSet<string> OfSomeType = new(StringComparer.Ordinal)
    {
        "url", "method", "headers", "body", "httpBodyEncoding", "authMethod", "basic_auth_user", "basic_auth_pass", "bearer_token",
        "authWorkstation", "authDomain", "oauth_client_id", "oauth_client_secret", "oauth_token_url", "oauth_scopes", "oauth_audience",
        "oauth_auth_method", "tlsCa", "tlsCert", "tlsKey", "ignoreTls", "maxredirects", "accepted_statuscodes", "cacheBust", "proxyId",
        "keyword", "invertKeyword", "jsonPath", "jsonPathOperator", "expectedValue", "retryOnlyOnStatusCodeFailure", "timeout",
        "expiryNotification", "domainExpiryNotification", "ipFamily", "hostname", "port", "location", "protocol", "subtype", "packetSize",
        "ping_numeric", "ping_count", "ping_per_request_timeout", "dns_resolve_type", "dns_resolve_server", "docker_container",
        "docker_host", "databaseConnectionString", "databaseQuery", "mqttTopic", "mqttSuccessMessage", "mqttCheckType", "mqttUsername",
        "mqttPassword", "mqttWebsocketPath", "grpcUrl", "grpcProtobuf", "grpcMethod", "grpcServiceName", "grpcEnableTls", "grpcBody",
        "grpcMetadata", "radiusCalledStationId", "radiusCallingStationId", "radiusUsername", "radiusPassword", "radiusSecret", "game",
        "gamedigGivenPortOnly", "gamedigToken", "pushToken", "system_service_name", "kafkaProducerTopic", "kafkaProducerBrokers",
        "kafkaProducerSsl", "kafkaProducerAllowAutoTopicCreation", "kafkaProducerMessage", "kafkaProducerSaslOptions", "remote_browser",
        "screenshot_delay", "snmpOid", "snmpVersion", "snmpV3Username", "smtpSecurity", "rabbitmqNodes", "rabbitmqUsername",
        "rabbitmqPassword", "conditions", "ntpStratumThreshold", "ntpTimeOffsetThreshold", "ntpRootDispersionThreshold",
        "expectedTlsAlert", "wsIgnoreSecWebsocketAcceptHeader", "wsSubprotocol", "saveResponse", "saveErrorResponse",
    };

    /// <summary>Whether a key belongs to a type of monitor.</summary>
    public static bool IsOfSomeType(string key) => OfSomeType.Contains(key);

    /// <summary>Whether a value is what a form has that nobody filled in.</summary>
    public static bool IsEmpty(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.IsNull || scalar.Value is "" or "false" or "0",
        YamlList list => list.Items.Count == 0,
        YamlMap map => map.Entries.Count == 0,
        _ => false,
    };
}
