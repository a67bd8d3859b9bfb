using System.Globalization;

namespace HealthAgent.SideBySide;

/// <summary>What <c>side-by-side.sh</c> sets beside the agent, or needs to drive and to look at it.</summary>
internal static class Program
{
    private const string Usage = """
        side-by-side peer PORT BYTES          a bare Kestrel that answers so many bytes, always the same
        side-by-side floor URL RATE           a bare SocketsHttpHandler: so many requests a second, each on a connection of its own
        side-by-side probe URL RATE SECONDS   so many probes a second, as Prometheus sends them; fails when one does not succeed
        side-by-side silence PORT             a listener that accepts and never answers
        side-by-side first URL COMMAND…       starts a program, prints its id and the milliseconds until it answers 200,
                                              and ends it at its own end
        side-by-side heap PID                 makes a process collect its garbage, and prints what of its managed heap is left, in bytes
        """;

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["peer", var port, var bytes]:
                await Peer.RunAsync(Number(port), Number(bytes));
                return 0;
            case ["floor", var url, var rate]:
                using (var floor = new Floor(new Uri(url)))
                {
                    await Pace.RunAsync(Number(rate), TimeSpan.MaxValue, floor.RequestAsync);
                }

                return 0;
            case ["probe", var url, var rate, var seconds]:
                using (var prober = new Prober(new Uri(url)))
                {
                    await Pace.RunAsync(Number(rate), TimeSpan.FromSeconds(Number(seconds)), prober.ProbeAsync);
                    Console.WriteLine(prober.Succeeded);
                }

                return 0;
            case ["silence", var port]:
                await Silence.RunAsync(Number(port));
                return 0;
            case ["first", var url, var program, .. var arguments]:
                await FirstAnswer.RunAsync(new Uri(url), program, arguments);
                return 0;
            case ["heap", var process]:
                Console.WriteLine(ManagedHeap.AfterCollection(Number(process)));
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
