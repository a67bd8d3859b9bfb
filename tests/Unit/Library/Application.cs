using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthAgent.Unit.Library;

/// <summary>Somebody's application on real Kestrel, which uses the library.</summary>
internal sealed class Application : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _client;

    private Application(WebApplication application)
    {
        _application = application;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(application.Urls.First()) };
    }

    public IServiceProvider Services => _application.Services;

    public IHealthSnapshots Snapshots => Services.GetRequiredService<IHealthSnapshots>();

    public static async Task<Application> StartAsync(Action<IServiceCollection> add, Action<WebApplication>? map = null)
    {
        var application = Build(add, map);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new Application(application);
    }

    public static WebApplication Build(Action<IServiceCollection> add, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        add(builder.Services);
        var application = builder.Build();
        (map ?? (static routes => routes.MapHealthAgent()))(application);
        return application;
    }

    public async Task<(HttpStatusCode Code, string Body, string? ContentType)> GetAsync(string path, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(path, UriKind.Relative));
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, body, response.Content.Headers.ContentType?.MediaType);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }
}
