using HealthAgent.Checks;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// The transport of an OTLP exporter. Reports every attempt, and for events and spans retries until one succeeds, while the exporter's
/// queue buffers further records, so that all arrive in order.
/// </summary>
/// <param name="inner">Sends; its timeout applies to one attempt.</param>
/// <param name="signal">The signal.</param>
/// <param name="isPatient">Whether to retry. Metrics are superseded by the next export.</param>
/// <param name="status">Receives the results.</param>
/// <param name="clock">The clock for delays.</param>
/// <remarks>Rule: the OTLP specification, Failures, for HTTP and gRPC.</remarks>
internal sealed class ExportHandler(
    HttpClient inner, string signal, bool isPatient, ExportStatus status, TimeProvider clock) : HttpMessageHandler
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Stopping with three signals and a hanging collector must fit in Docker's ten seconds.
    private static readonly TimeSpan LastAttempt = TimeSpan.FromSeconds(2);

    private bool _isOver;

    /// <inheritdoc />
    // Called on the exporter's own thread, which may block.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Buffered for retries, since some contents can be read only once. Metrics may be large and are not retried.
        var body = isPatient ? await request.Content!.ReadAsByteArrayAsync(cancellationToken) : null;
        var collector = request.RequestUri!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        if (_isOver || status.IsUnresponsive(collector))
        {
            GiveUp(isTransient: true);
            throw new IOException("agent is stopping and the collector does not respond");
        }

        for (var pause = TimeSpan.FromSeconds(1); ; pause = Units.Shorter(pause * 1.5, LongestPause))
        {
            var (response, failure) = await TryAsync(request, body, cancellationToken);
            if (failure is null)
            {
                status.Succeeded(signal);
                return response!;
            }

            status.Failed(signal, failure.Type, failure.Words, collector);
            if (!isPatient || !failure.IsTransient || status.Stopping.IsCancellationRequested)
            {
                GiveUp(failure.IsTransient);
                _isOver = status.Stopping.IsCancellationRequested;
                if (_isOver && response is null)
                {
                    status.Unresponsive(collector);
                }

                // Not the original exception: OpenTelemetry takes some transient ones for permanent.
                return response ?? throw new IOException(failure.Words);
            }

            response?.Dispose();
            await PauseAsync(Units.Shorter(failure.RetryAfter ?? pause, LongestPause), cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, ExportFailure? Failure)> TryAsync(
        HttpRequestMessage request, byte[]? body, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var hurry = status.Stopping.Register(() => attempt.CancelAfter(LastAttempt));
        try
        {
            var response = await inner.SendAsync(Copy(request, body), attempt.Token);
            return (response, ExportFailure.Of(request, response));
        }
        catch (Exception e) when (
            e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var words = e is OperationCanceledException
                ? $"timed out after {Units.Format(attempt.IsCancellationRequested ? LastAttempt : inner.Timeout)}"
                : Failures.Describe(e);
            return (null, ExportFailure.Of(request, e, words));
        }
    }

    /// <summary>No further retry here. With retry left to OpenTelemetry, transient failures stay in its store.</summary>
    private void GiveUp(bool isTransient)
    {
        if (isPatient || !isTransient)
        {
            status.GaveUp(signal);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, status.Stopping);
        try
        {
            await Task.Delay(pause, clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // One last attempt before shutdown.
        }
    }

    /// <summary>A request can be sent only once.</summary>
    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[]? body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Content = body is null ? request.Content : new ByteArrayContent(body),
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
        };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var (name, values) in body is null ? default : request.Content!.Headers.NonValidated)
        {
            copy.Content!.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }
}
