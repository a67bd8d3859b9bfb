using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HealthAgent.History;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.History;

/// <summary>Real processes with a directory of their own, killed at any moment.</summary>
public sealed partial class AgentProcessRestartTests
{
    private const int Kills = 5;

    [Fact]
    public async Task Kill_AtAnyMoment_LeavesAReaderWithEachChangeOnce()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        using var port = new TcpListener((IPEndPoint)any.LocalEndpoint);
        any.Stop();
        port.Start();
        using var file = Configuration(((IPEndPoint)port.LocalEndpoint).Port);
        var events = new List<StreamEvent>();
        string? id = null;
        var (isUp, status) = (true, "");
        for (var i = 0; i < Kills; i++)
        {
            await using var agent = AgentProcess.Start(["--config", file.Path]);
            var address = await AddressAsync(agent);
            await using (var reader = await EventReader.OpenAsync(address, lastEventId: id))
            {
                if (id is null)
                {
                    status = (await reader.ResetAsync()).Data.GetProperty("checks")[0].GetProperty("status").GetString();
                }

                if (!isUp)
                {
                    port.Start();
                }
                else if (i > 0)
                {
                    port.Stop();
                }

                isUp = i == 0 || !isUp;
                var wanted = isUp ? "healthy" : "unhealthy";
                while (status != wanted)
                {
                    events.Add((await reader.NextAsync()).ShouldNotBeNull());
                    status = events[^1].Text("status") ?? status;
                    (events[^1].Type == "reset").ShouldBeFalse("all of it is known");
                }

                id = reader.LastEventId;
            }

            // Without any warning, perhaps while it writes; what changed until then is read by the next.
            agent.Kill();
        }

        var sequences = events.ConvertAll(one => EventRing.SequenceOf(one.Id!));
        sequences.Index().ShouldAllBe(pair => pair.Item == sequences[0] + pair.Index, "none is missing, and none is there twice");
        var changes = events.Where(one => one.Text("name") == "target").Select(one => one.ToString()).ToList();
        changes.RemoveAll(one => one.StartsWith("target unknown", StringComparison.Ordinal));
        changes.ShouldBe([.. Enumerable.Range(1, Kills - 1).Select(n =>
            n % 2 == 1 ? "target healthy>unhealthy" : "target unhealthy>healthy")]);
    }

    [Fact]
    public async Task Start_WhereAnotherAgentIs_IsAnErrorOfTheConfiguration()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        using var file = Configuration(((IPEndPoint)port.LocalEndpoint).Port);
        await using var first = AgentProcess.Start(["--config", file.Path]);
        await AddressAsync(first);

        var (code, output, errors) = await AgentProcess.RunAsync("--config", file.Path);

        (code, output).ShouldBe((78, ""));
        errors.ShouldEndWith(
            $"agent.yaml: agent.history.path: '{State(file)}' is in use by process {first.Id}; stop it, or give each agent a directory "
            + "of its own; nothing was started\n");
    }

    [Fact]
    public async Task Write_BeyondTheLimitOfFiles_IsReportedOnceAndNothingStops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        using var file = Configuration(((IPEndPoint)port.LocalEndpoint).Port);
        // The signal would end any process; and the runtime itself writes, unless it is told not to.
        await using var agent = AgentProcess.StartBehind(
            "trap '' XFSZ; ulimit -f 0", ["--config", file.Path], directory: null, ("DOTNET_EnableWriteXorExecute", "0"));
        var address = await AddressAsync(agent);

        await using var reader = await EventReader.OpenAsync(address);
        await reader.ResetAsync();
        port.Stop();
        while ((await reader.NextAsync()).ShouldNotBeNull().Text("status") != "unhealthy")
        {
            // The first ones may come late.
        }

        Regex.Count(agent.Output, "Continuing in memory", RegexOptions.None, TimeSpan.FromSeconds(5)).ShouldBe(1);
        agent.Output.ShouldContain("raise the limit (ulimit -f, LimitFSIZE=)");
        agent.Terminate();
        (await agent.EndAsync()).ExitCode.ShouldBe(0);
    }

    private static ConfigurationText Configuration(int port)
    {
        var file = new ConfigurationText("");
        File.WriteAllText(file.Path, $$"""
            agent: { listen: ["http://127.0.0.1:0"], history: { path: "{{State(file)}}" } }
            defaults: { interval: 2s, timeout: 2s, retryInterval: 1s, failureThreshold: 1 }
            checks:
              - { name: target, kind: tcp, address: "127.0.0.1:{{port}}" }
            """);
        return file;
    }

    private static string State(ConfigurationText file) => Path.Combine(file.Directory, "state");

    private static async Task<Uri> AddressAsync(AgentProcess agent)
    {
        await Eventually.Is(() => Address().IsMatch(agent.Output), $"it listens: {agent.Errors}");
        return new Uri(Address().Match(agent.Output).Value);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Address();
}
