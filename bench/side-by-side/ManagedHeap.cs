using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace HealthAgent.SideBySide;

/// <summary>The managed heap of another process, without its garbage.</summary>
internal static class ManagedHeap
{
    // A session with this keyword begins with a full collection; its statistics come with the other one.
    private const long Keywords = (long)(ClrTraceEventParser.Keywords.GCHeapCollect | ClrTraceEventParser.Keywords.GC);

    public static long AfterCollection(int process)
    {
        using var session = new DiagnosticsClient(process).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, Keywords)], requestRundown: false);
        using var source = new EventPipeEventSource(session.EventStream);
        var (full, size) = (-1, -1L);
        source.Clr.GCStart += start => full = start.Depth == 2 ? start.Count : full;
        source.Clr.GCHeapStats += heap =>
        {
            if (full >= 0 && size < 0)
            {
                size = heap.TotalHeapSize;
                _ = Task.Run(session.Stop);
            }
        };
        source.Process();
        return size;
    }
}
