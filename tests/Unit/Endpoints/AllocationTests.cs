using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HealthAgent.Unit.Endpoints;

/// <summary>What answering costs in memory, once an answer is rendered: what Kestrel takes for a constant, and nothing more.</summary>
public sealed class AllocationTests
{
    private const int Requests = 200;
    private static readonly ReadOnlyMemory<byte> Constant = "ok"u8.ToArray();

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/startupz")]
    [InlineData("/health")]
    [InlineData("/health?mode=full")]
    [InlineData("/api/v1/health")]
    public async Task Answer_OfASnapshotThatWasAsked_AllocatesNoMoreThanAConstant(string path)
    {
        List<long> allocated = [];
        RequestDelegate Measuring(RequestDelegate handle) => context =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var sending = handle(context);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            return sending;
        };
        await using var application = await Library.Application.StartAsync(
            services => services.AddHealthAgent(_ => { }),
            routes =>
            {
                routes.MapHealthAgent().Finally(builder => builder.RequestDelegate = Measuring(builder.RequestDelegate!));
                routes.MapGet("/constant", Measuring(static context =>
                {
                    context.Response.ContentLength = Constant.Length;
                    return context.Response.Body.WriteAsync(Constant, CancellationToken.None).AsTask();
                }));
            });

        // The median: now and then Kestrel fills its pools.
        async Task<long> MedianAsync(string path)
        {
            allocated.Clear();
            for (var i = 0; i < Requests; i++)
            {
                ((int)(await application.GetAsync(path)).Code).ShouldBe(StatusCodes.Status200OK);
            }

            return allocated.Order().ElementAt(Requests / 2);
        }

        (await MedianAsync(path)).ShouldBe(await MedianAsync("/constant"));
    }
}
