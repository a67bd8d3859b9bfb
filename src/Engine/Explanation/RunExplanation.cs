using HealthAgent.Security;

namespace HealthAgent.Explanation;

/// <summary>
/// Collects what a run does while somebody wants it explained. What is noted comes from outside: it is bounded, and loses secrets and
/// control characters when the explanation is completed, since some secrets are known only by then.
/// </summary>
/// <remarks>Where nobody asked, <see cref="Current"/> is null: runs of the worker note nothing and allocate nothing for it.</remarks>
internal sealed class RunExplanation
{
    // Of each sort; what a run does more often is counted out.
    private const int MostNotes = 20;
    private const int MostHeaders = 40;
    private const int MostItems = 16;

    private static readonly AsyncLocal<RunExplanation?> OfRun = new();

    private readonly Lock _gate;
    private readonly List<string> _secrets;
    private readonly List<ResolvedName> _names = [];
    private readonly List<ConnectionAttempt> _connections = [];
    private readonly List<TlsHandshake> _handshakes = [];
    private readonly List<HttpExchange> _requests = [];
    private readonly List<string> _commands = [];
    private readonly List<KeyValuePair<string, RunExplanation>> _steps = [];
    private int _tries;
    private bool _isCut;
    private ExplainedRun? _completed;

    public RunExplanation()
        : this(new Lock(), [])
    {
    }

    private RunExplanation(Lock gate, List<string> secrets) => (_gate, _secrets) = (gate, secrets);

    /// <summary>The explanation of the current run; null where nobody wants one.</summary>
    public static RunExplanation? Current => OfRun.Value;

    /// <summary>Begins a try, for the duration of the calling asynchronous method. Notes of earlier tries are dropped.</summary>
    public void BeginTry()
    {
        OfRun.Value = this;
        Note(() =>
        {
            _tries++;
            _names.Clear();
            _connections.Clear();
            _handshakes.Clear();
            _requests.Clear();
            _commands.Clear();
            _steps.Clear();
            _isCut = false;
        });
    }

    /// <summary>
    /// Begins the explanation of a step of the current run, for the duration of the calling asynchronous method; null where nobody wants
    /// one. A further try of the step replaces the one before.
    /// </summary>
    public static RunExplanation? BeginStep(string name)
    {
        if (OfRun.Value is not { } run)
        {
            return null;
        }

        var step = new RunExplanation(run._gate, run._secrets);
        run.Note(() => run._steps.RemoveAll(other => other.Key == name));
        run.Add(run._steps, KeyValuePair.Create(name, step));
        step.BeginTry();
        return step;
    }

    /// <summary>Adds a secret that only the run knows, such as a token that it was given.</summary>
    public void AddSecret(string? secret) => Note(() =>
    {
        if (!string.IsNullOrEmpty(secret))
        {
            _secrets.Add(secret);
        }
    });

    /// <summary>Notes what a name resolved to.</summary>
    public void Resolved(string host, IEnumerable<object> addresses) =>
        Add(_names, new ResolvedName(host, [.. addresses.Take(MostItems).Select(address => address.ToString() ?? "")]));

    /// <summary>Notes that a name did not resolve.</summary>
    public void Unresolved(string host, Exception failure) => Add(_names, new ResolvedName(host, [], failure.Message));

    /// <summary>Notes that a connection is attempted; its end is noted by the position that this returns.</summary>
    public int Connecting(string server, string address) =>
        Add(_connections, new ConnectionAttempt(server, address, ConnectionOutcome.Pending));

    /// <summary>Notes that an attempt succeeded.</summary>
    public void Connected(int attempt) => Change(_connections, attempt, static it => it with { Outcome = ConnectionOutcome.Connected });

    /// <summary>Notes that an attempt failed; one that was cancelled did not.</summary>
    /// <param name="attempt">Its position.</param>
    /// <param name="failure">Why.</param>
    /// <param name="words">Why, in words, where the exception's own are not the best.</param>
    public void Failed(int attempt, Exception failure, string? words = null)
    {
        if (failure is not OperationCanceledException)
        {
            words ??= failure.GetBaseException().Message;
            Change(_connections, attempt, it => it with { Outcome = ConnectionOutcome.Failed, Failure = words });
        }
    }

    /// <summary>Notes a TLS handshake.</summary>
    public void Handshaken(TlsHandshake handshake) => Add(_handshakes, handshake with
    {
        Problems = [.. handshake.Problems.Take(MostItems)],
        Chain = [.. handshake.Chain.Take(MostItems).Select(one => one with { Names = [.. one.Names.Take(MostItems)] })],
    });

    /// <summary>Notes version and cipher of the latest handshake, which are known when it is completed.</summary>
    public void Secured(string protocol, string cipher) =>
        Change(_handshakes, _handshakes.Count - 1, it => it with { Protocol = protocol, Cipher = cipher });

    /// <summary>Notes an HTTP request; its response is noted by the position that this returns.</summary>
    public int Requested(string method, string url, IEnumerable<KeyValuePair<string, string>> headers) =>
        Add(_requests, new HttpExchange(method, url, [.. headers.Take(MostHeaders)]));

    /// <summary>Notes the head of a response.</summary>
    public void Responded(int request, int status, string? phrase, string version, IEnumerable<KeyValuePair<string, string>> headers) =>
        Change(_requests, request, it => it with
        {
            Status = status, Phrase = phrase ?? "", Version = version, Headers = [.. headers.Take(MostHeaders)],
        });

    /// <summary>Notes the beginning of the body of the latest response.</summary>
    public void Received(ExplainedBody body) => Change(_requests, _requests.Count - 1, it => it with { Body = body });

    /// <summary>Notes a statement or command.</summary>
    public void Asked(string command) => Add(_commands, command);

    /// <summary>Completes the explanation: later notes, as of a run that was abandoned, are ignored.</summary>
    public ExplainedRun Complete(Redactor redactor)
    {
        lock (_gate)
        {
            return _completed ??= Shown(new ExplainedTexts(redactor, new Redactor(_secrets)));
        }
    }

    private ExplainedRun Shown(ExplainedTexts texts) => new()
    {
        Tries = _tries,
        Names = [.. _names.Select(texts.Shown)],
        Connections = [.. _connections.Select(texts.Shown)],
        Handshakes = [.. _handshakes.Select(texts.Shown)],
        Requests = [.. _requests.Select(texts.Shown)],
        Commands = [.. _commands.Select(texts.Line)],
        Steps = [.. _steps.Select(step => KeyValuePair.Create(texts.Line(step.Key), step.Value.Shown(texts)))],
        IsCut = _isCut,
    };

    private int Add<T>(List<T> notes, T note)
    {
        var position = -1;
        Note(() =>
        {
            if (notes.Count < MostNotes)
            {
                position = notes.Count;
                notes.Add(note);
            }
            else
            {
                _isCut = true;
            }
        });
        return position;
    }

    private void Change<T>(List<T> notes, int position, Func<T, T> change) => Note(() =>
    {
        if (position >= 0 && position < notes.Count)
        {
            notes[position] = change(notes[position]);
        }
    });

    private void Note(Action note)
    {
        lock (_gate)
        {
            if (_completed is null)
            {
                note();
            }
        }
    }
}
