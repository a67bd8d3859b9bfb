namespace HealthAgent.Explanation;

/// <summary>What a run did and got, beyond its record, in the order in which it happened. Its texts may be shown anywhere.</summary>
internal sealed record ExplainedRun
{
    /// <summary>How many tries the run had; what is explained is the last one.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>The names that were resolved.</summary>
    public IReadOnlyList<ResolvedName> Names { get; init; } = [];

    /// <summary>The addresses that were connected to, or tried.</summary>
    public IReadOnlyList<ConnectionAttempt> Connections { get; init; } = [];

    /// <summary>The TLS handshakes that came as far as the peer's certificate.</summary>
    public IReadOnlyList<TlsHandshake> Handshakes { get; init; } = [];

    /// <summary>The HTTP requests and their responses.</summary>
    public IReadOnlyList<HttpExchange> Requests { get; init; } = [];

    /// <summary>What was asked in other protocols: statements and commands.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>What the steps of a scenario did, by their names.</summary>
    public IReadOnlyList<KeyValuePair<string, ExplainedRun>> Steps { get; init; } = [];

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsCut { get; init; }
}

/// <summary>A name that was resolved.</summary>
/// <param name="Host">The name.</param>
/// <param name="Addresses">Its addresses, in the order in which they are tried; empty after a failure.</param>
/// <param name="Failure">Why it did not resolve.</param>
internal sealed record ResolvedName(string Host, IReadOnlyList<string> Addresses, string? Failure = null);

/// <summary>What came of an attempt to connect.</summary>
internal enum ConnectionOutcome
{
    /// <summary>Neither connected nor failed before the run was over: no answer, or another address was faster.</summary>
    Pending,

    /// <summary>Connected.</summary>
    Connected,

    /// <summary>Failed.</summary>
    Failed,
}

/// <summary>An attempt to connect to one address of a server.</summary>
/// <param name="Server">The server as it is written.</param>
/// <param name="Address">The address.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record ConnectionAttempt(string Server, string Address, ConnectionOutcome Outcome, string? Failure = null);

/// <summary>A TLS handshake.</summary>
/// <param name="ServerName">The name that the certificate must be for.</param>
/// <param name="Protocol">The version, such as <c>TLS 1.3</c>; null where the handshake was not completed.</param>
/// <param name="Cipher">The cipher suite; null where the handshake was not completed.</param>
/// <param name="IsAccepted">Whether the peer's certificate was accepted.</param>
/// <param name="Problems">What is wrong with it, also where any certificate is accepted; empty for nothing.</param>
/// <param name="Chain">The certificates, from the peer's to its authority's, as far as the chain could be built.</param>
internal sealed record TlsHandshake(
    string ServerName, string? Protocol, string? Cipher, bool IsAccepted, IReadOnlyList<string> Problems,
    IReadOnlyList<ExplainedCertificate> Chain);

/// <summary>A certificate of a chain.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Names">The names and addresses that it is for.</param>
/// <param name="NotBefore">When it begins to be valid.</param>
/// <param name="NotAfter">When it expires.</param>
/// <param name="IsSent">Whether the server sent it, and it is not from the authorities known here.</param>
internal sealed record ExplainedCertificate(
    string Subject, string Issuer, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsSent)
{
    /// <summary>The SHA-256 of the certificate, in hexadecimal digits.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The serial number, in hexadecimal digits.</summary>
    public string SerialNumber { get; init; } = "";
}

/// <summary>An HTTP request and its response.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The URL, without credentials.</param>
/// <param name="RequestHeaders">The headers sent.</param>
internal sealed record HttpExchange(string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> RequestHeaders)
{
    /// <summary>The status code; null without a response.</summary>
    public int? Status { get; init; }

    /// <summary>What the server says beside the status code.</summary>
    public string Phrase { get; init; } = "";

    /// <summary>The HTTP version of the response.</summary>
    public string Version { get; init; } = "";

    /// <summary>The headers of the response.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The beginning of the body; null where it was not read.</summary>
    public ExplainedBody? Body { get; init; }
}

/// <summary>The beginning of a body.</summary>
/// <param name="Text">The text; null where it is none.</param>
/// <param name="Problem">Why there is no text, such as <c>binary</c>; null where there is.</param>
/// <param name="IsCut">Whether there was more.</param>
internal sealed record ExplainedBody(string? Text, string? Problem, bool IsCut);
