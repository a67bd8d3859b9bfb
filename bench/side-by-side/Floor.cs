namespace HealthAgent.SideBySide;

/// <summary>What a check costs before there is any check: .NET's HTTP client alone, a fresh connection a request.</summary>
internal sealed class Floor(Uri url) : IDisposable
{
    private readonly HttpMessageInvoker _client =
        new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseCookies = false, UseProxy = false });

    public async Task RequestAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await _client.SendAsync(request, CancellationToken.None);
        await response.Content.ReadAsByteArrayAsync();
    }

    public void Dispose() => _client.Dispose();
}
