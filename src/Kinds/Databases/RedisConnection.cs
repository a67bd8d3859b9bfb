using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Text;
using HealthAgent.Explanation;
using HealthAgent.Kinds.Network;
using HealthAgent.Kinds.Network.Connections;

namespace HealthAgent.Kinds.Databases;

/// <summary>
/// One connection to a Redis server, one command at a time. The usual driver reconnects by itself and reports "it was not possible to
/// connect" whether the server is loading, full, or rejects the user; this one reports the server's reply.
/// </summary>
/// <remarks>Rule: the Redis serialization protocol, version 2, as far as PING, AUTH, INFO, SELECT, SET, GET and DEL need it.</remarks>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int LongestLine = 64 * 1024;
    private const int LongestText = 4 * 1024 * 1024;

    private static readonly ActivitySource Source = new(Names.Source);

    private readonly byte[] _buffer = new byte[8 * 1024];
    private readonly NetworkAddress _server;
    private readonly Stream _stream;
    private (int Start, int End) _unread;

    private RedisConnection(NetworkAddress server, Stream stream) => (_server, _stream) = (server, stream);

    /// <summary>Connects to the first reachable server, with TLS if configured, and logs in if there is a password.</summary>
    /// <exception cref="RedisErrorException">The server refused the login.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisSettings settings, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(settings, trace, cancellationToken);
        try
        {
            if (settings.Password is { } password)
            {
                trace.Begin("waiting for the reply to AUTH");
                await connection.AskAsync(
                    cancellationToken, settings.Username is { } user ? ["AUTH", user, password] : ["AUTH", password]);
                trace.End("login");
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<RedisConnection> ConnectAsync(
        RedisSettings settings, ConnectionTrace trace, CancellationToken cancellationToken)
    {
        var (server, socket) = await trace.ConnectAsync(settings.Servers, cancellationToken);
        Stream stream = trace.Open(socket);
        if (!settings.Tls)
        {
            return new RedisConnection(server, stream);
        }

        var secured = new SslStream(stream);
        try
        {
            trace.Begin($"performing TLS handshake with {server}");
            var options = trace.TlsOptions(server.Host, settings.Security);
            await secured.AuthenticateAsClientAsync(options, cancellationToken);
            trace.EndTls(secured);
            return new RedisConnection(server, secured);
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command and returns the reply as text; null where there is no value.</summary>
    /// <exception cref="RedisErrorException">The server sent an error reply.</exception>
    public async Task<string?> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        RunExplanation.Current?.Asked(command[0] == "AUTH" ? "AUTH …" : string.Join(' ', command));

        // The command name only: arguments may contain a password.
        using var span = Source.StartActivity(command[0], ActivityKind.Client);
        span?.SetTag("db.system.name", "redis").SetTag("db.operation.name", command[0])
            .SetTag("server.address", _server.Host).SetTag("server.port", _server.Port);
        try
        {
            return await ExchangeAsync(command, cancellationToken);
        }
        catch (Exception e)
        {
            span?.SetTag(Names.Attributes.ErrorType, e is RedisErrorException ? RedisErrors.Code(e.Message) : e.GetType().FullName)
                .SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private async Task<string?> ExchangeAsync(string[] command, CancellationToken cancellationToken)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), cancellationToken);
        }
        catch (IOException)
        {
            // A full server sends an error and closes before it reads the command.
        }

        var answer = await ReadLineAsync(cancellationToken);
        return answer[0] switch
        {
            '+' or ':' => answer[1..],
            '$' when answer == "$-1" => null,
            '-' => throw new RedisErrorException(answer[1..]),
            '$' when int.TryParse(answer.AsSpan(1), CultureInfo.InvariantCulture, out var length) && length is >= 0 and <= LongestText =>
                await ReadTextAsync(length, cancellationToken),
            _ => throw new InvalidDataException($"unexpected type of reply to {command[0]}"),
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            await FillAsync(cancellationToken);
            if (line.Length == 0 && _buffer[_unread.Start] is not ((byte)'+' or (byte)'-' or (byte)':' or (byte)'$'))
            {
                throw new InvalidDataException("the server does not speak the Redis protocol");
            }

            var end = Array.IndexOf(_buffer, (byte)'\n', _unread.Start, _unread.End - _unread.Start);
            line.Append(Encoding.UTF8.GetString(_buffer.AsSpan(_unread.Start..(end < 0 ? _unread.End : end))));
            _unread.Start = end < 0 ? _unread.End : end + 1;
            if (end >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length > LongestLine)
            {
                throw new InvalidDataException("response line exceeds 64 KiB");
            }
        }
    }

    /// <summary>Reads a text of known length and its line end.</summary>
    private async Task<string> ReadTextAsync(int length, CancellationToken cancellationToken)
    {
        var text = new byte[length + 2];
        for (var read = 0; read < text.Length;)
        {
            await FillAsync(cancellationToken);
            var taken = Math.Min(text.Length - read, _unread.End - _unread.Start);
            _buffer.AsSpan(_unread.Start, taken).CopyTo(text.AsSpan(read));
            (read, _unread.Start) = (read + taken, _unread.Start + taken);
        }

        return Encoding.UTF8.GetString(text, 0, length);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_unread.Start == _unread.End)
        {
            _unread = (0, await _stream.ReadAsync(_buffer, cancellationToken));
            if (_unread.End == 0)
            {
                throw new EndOfStreamException("the server closed the connection");
            }
        }
    }
}
