using HealthAgent.Checks;

namespace HealthAgent.Agent.Telemetry.Otlp;

/// <summary>
/// What an OTLP exporter sends through. It tells how every attempt went, and where each record counts it tries again until
/// one gets through: the exporter's queue holds what comes meanwhile, so that all arrives, in order.
/// </summary>
/// <param name="inner">Sends; its timeout is that of one attempt.</param>
/// <param name="signal">What is sent.</param>
/// <param name="isPatient">Whether to try again. A next export of metrics makes the last one needless.</param>
/// <param name="status">Who is told.</param>
/// <param name="clock">Measures the pauses.</param>
/// <remarks>Rule: the OTLP specification, Failures, for HTTP and for gRPC.</remarks>
internal sealed class ExportHandler(HttpClient inner, string signal, bool isPatient, ExportStatus status, TimeProvider clock) : HttpMessageHandler
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // A stop with three signals and a collector that hangs has to end within the ten seconds that Docker gives.
    private static readonly TimeSpan LastAttempt = TimeSpan.FromSeconds(2);

    private bool _isOver;

    /// <inheritdoc />
    // Who calls is the exporter's own thread, which has nothing else to do.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // To be sent again, since some contents can be read once only. Metrics may be large, and are sent once.
        var body = isPatient ? await request.Content!.ReadAsByteArrayAsync(cancellationToken) : null;
        var collector = request.RequestUri!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        if (_isOver || status.IsUnresponsive(collector))
        {
            GiveUp(isTransient: true);
            throw new IOException("the agent stops, and the collector does not answer");
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

                // Not the exception that came: OpenTelemetry takes some that will pass for such that will not.
                return response ?? throw new IOException(failure.Words);
            }

            response?.Dispose();
            await PauseAsync(Units.Shorter(failure.RetryAfter ?? pause, LongestPause), cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, ExportFailure? Failure)> TryAsync(HttpRequestMessage request, byte[]? body, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var hurry = status.Stopping.Register(() => attempt.CancelAfter(LastAttempt));
        try
        {
            var response = await inner.SendAsync(Copy(request, body), attempt.Token);
            return (response, ExportFailure.Of(request, response));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var words = e is OperationCanceledException ? $"no answer within {Units.Format(attempt.IsCancellationRequested ? LastAttempt : inner.Timeout)}" : Failures.Describe(e);
            return (null, ExportFailure.Of(request, e, words));
        }
    }

    /// <summary>Nobody here sends it again. Where that is left to OpenTelemetry, it keeps what another attempt may help.</summary>
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
            // One last attempt before the agent stops.
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
