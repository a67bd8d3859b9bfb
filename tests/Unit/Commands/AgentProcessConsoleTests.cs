using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HealthAgent.Agent.Logging;
using HealthAgent.Unit.Scheduling;

namespace HealthAgent.Unit.Commands;

/// <summary>A process whose console takes nothing, or no longer.</summary>
public sealed partial class AgentProcessConsoleTests
{
    // A pipe that stays open, and that nobody reads.
    private const string OutputNobodyReads = "p=$(mktemp -u) && mkfifo $p && exec 9<>$p && rm $p && exec >&9";

    // Each request makes several lines.
    private const int Requests = ConsoleWriter.MostWaiting / 2;

    [Fact]
    public async Task Run_WithAnOutputThatNobodyReads_AnswersCountsAndStops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no mkfifo");
        using var quiet = new ConfigurationText(Quiet(out var address));
        await using var agent = AgentProcess.StartBehind(
            OutputNobodyReads, ["--config", quiet.Path], directory: null, ("Logging__Console__LogLevel__Microsoft", "Trace"));
        using var client = new HttpClient { BaseAddress = address };
        await AnswersAsync(client);

        for (var request = 0; request < Requests && await DroppedAsync(client, request) == 0; request++)
        {
            (await client.GetStringAsync("/livez", TestContext.Current.CancellationToken).Ends()).ShouldBe("ok");
        }

        (await DroppedAsync(client)).ShouldBeGreaterThan(0);
        agent.Terminate();
        (await agent.EndAsync()).ShouldBe((0, "", ""));
    }

    [Fact]
    public async Task Run_WithAFullDiskUnderItsConsole_AnswersAndStops()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        using var quiet = new ConfigurationText(Quiet(out var address));
        await using var agent = AgentProcess.StartBehind("exec >/dev/full 2>/dev/full", ["--config", quiet.Path], directory: null);
        using var client = new HttpClient { BaseAddress = address };
        await AnswersAsync(client);

        (await DroppedAsync(client)).ShouldBeGreaterThan(0);
        agent.Terminate();
        (await agent.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task AnyCommand_WithAFullDiskUnderItsConsole_KeepsItsExitCode()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        using var wrong = new ConfigurationText("nonsense\n");
        await using var agent = AgentProcess.StartBehind("exec >/dev/full 2>/dev/full", ["validate", "--config", wrong.Path], directory: null);

        (await agent.EndAsync()).ExitCode.ShouldBe(78);
    }

    private static string Quiet(out Uri address)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        return $"agent: {{ listen: \"{address.GetLeftPart(UriPartial.Authority)}\" }}\nchecks: []\n";
    }

    private static Task AnswersAsync(HttpClient client) => Eventually.Is(
        () =>
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/livez");
                using var response = client.Send(request);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "it answers");

    /// <summary>How many lines were dropped; asked for every hundredth request only.</summary>
    private static async Task<double> DroppedAsync(HttpClient client, int request = 0)
    {
        if (request % 100 != 0)
        {
            return 0;
        }

        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken).Ends();
        return double.Parse(Dropped().Match(metrics).Groups["lines"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^health_agent_log_dropped_total\{\} (?<lines>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Dropped();
}
