using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HealthAgent.Agent.Logging;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands;

/// <summary>Processes whose console is stalled or closed.</summary>
public sealed partial class AgentProcessConsoleTests
{
    // A pipe that stays open without being read.
    private const string OutputNobodyReads = "p=$(mktemp -u) && mkfifo $p && exec 9<>$p && rm $p && exec >&9";

    // A pipe whose reader has exited, as with `| head -1`.
    private const string ReaderIsGone = "p=$(mktemp -u) && mkfifo $p && exec 9<>$p && exec >$p 2>&1 && exec 9>&- && rm $p";
    private const string FullDisk = "exec >/dev/full 2>/dev/full";

    // Each request logs several lines.
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

    [Theory]
    [InlineData(FullDisk)]
    [InlineData(ReaderIsGone)]
    public async Task Run_WithAConsoleThatTakesNothing_AnswersCountsAndStops(string shell)
    {
        SkipUnlessThereIs(shell);
        using var quiet = new ConfigurationText(Quiet(out var address));
        await using var agent = AgentProcess.StartBehind(shell, ["--config", quiet.Path], directory: null);
        using var client = new HttpClient { BaseAddress = address };
        await AnswersAsync(client);

        (await DroppedAsync(client)).ShouldBeGreaterThan(0);
        agent.Terminate();
        (await agent.EndAsync()).ShouldBe((0, "", ""));
    }

    [Theory]
    [InlineData(FullDisk)]
    [InlineData(ReaderIsGone)]
    public async Task AnyCommand_WithAConsoleThatTakesNothing_KeepsItsExitCode(string shell)
    {
        SkipUnlessThereIs(shell);
        using var wrong = new ConfigurationText("nonsense\n");
        await using var agent = AgentProcess.StartBehind(shell, ["validate", "--config", wrong.Path], directory: null);

        (await agent.EndAsync()).ShouldBe((78, "", ""));
    }

    private static void SkipUnlessThereIs(string shell)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        Assert.SkipUnless(shell != FullDisk || File.Exists("/dev/full"), "there is no /dev/full");
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

    /// <summary>The number of dropped lines, queried on every hundredth request only.</summary>
    private static async Task<double> DroppedAsync(HttpClient client, int request = 0)
    {
        if (request % 100 != 0)
        {
            return 0;
        }

        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken).Ends();
        return double.Parse(Dropped().Match(metrics).Groups["lines"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^health_agent_log_dropped_total\{\} (?<lines>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Dropped();
}
