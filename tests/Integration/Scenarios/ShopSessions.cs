using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HealthAgent.Integration.Scenarios;

/// <summary>The sessions of a shop, in a real Redis, by its inline commands.</summary>
internal sealed class ShopSessions : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StreamReader _answers;
    private readonly StreamWriter _commands;

    public ShopSessions(int port)
    {
        _client.Connect(IPAddress.Loopback, port);
        (_answers, _commands) = (new(_client.GetStream()), new(_client.GetStream()) { AutoFlush = true });
    }

    public async Task<string> OpenAsync()
    {
        var token = Guid.NewGuid().ToString("N");
        (await AskAsync($"SET session:{token} probe EX 60")).ShouldBe("+OK");
        return token;
    }

    public async Task<bool> IsOpenAsync(string token) =>
        token.All(char.IsAsciiLetterOrDigit) && token.Length > 0 && await AskAsync($"EXISTS session:{token}") == ":1";

    /// <summary>How many keys the server has.</summary>
    public async Task<int> CountAsync() => int.Parse((await AskAsync("DBSIZE"))[1..], CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    private async Task<string> AskAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _commands.WriteAsync($"{command}\r\n");
            return await _answers.ReadLineAsync() ?? throw new IOException("Redis closed the connection");
        }
        finally
        {
            _turn.Release();
        }
    }
}
