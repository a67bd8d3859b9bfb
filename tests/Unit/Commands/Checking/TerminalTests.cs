using System.Text.RegularExpressions;
using HealthAgent.Agent.Commands.Checking;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Commands.Checking;

public sealed partial class TerminalTests
{
    [Fact]
    public async Task Report_HasColoursWaterfallAndChain_AndNothingOfTheTargetsEscapes()
    {
        using var root = new Authority("root");
        using var certificate = root.Issue();
        await using var target = new TlsTarget(certificate)
        {
            Answer = "HTTP/1.1 500 Oh\r\nX-Evil: \e[2J\r\nContent-Length: 14\r\nConnection: close\r\n\r\n[red]x[/]\e[2Jy",
        };
        var plan = Configured.Plan(
            "kind: http", $"url: {target.Url}", $"tls: {{ ca: {Explained.Pem(root)} }}");
        var (record, explanation) = await Explained.RunAsync(plan);
        using var written = new StringWriter { NewLine = "\n" };

        CheckedRun[] runs = [new(plan, record, explanation)];
        TerminalReport.Write(Terminal.Open(written, width: 200), [CheckReport.Of(runs[0], runs, isBrief: false)]);

        var text = written.ToString();
        text.ShouldNotContain("\e[2J");
        text.ShouldContain("\e[1;91mfail\e[0m");
        var plain = Colour().Replace(text, "");
        plain.ShouldStartWith("subject fail in ");
        plain.ShouldContain("[red]x[/]\uFFFD[2Jy");
        plain.ShouldMatch(@"tls +\d\S+ms +█+");
        plain.ShouldMatch(@"│ 0 │ CN=subject │ issued by CN=root │ for localhost, 127\.0\.0\.1 │ "
            + @"\d{4}-\d\d-\d\d, expires in \d+ days +│ sent by the server │");
        plain.ShouldContain("missed  status in 200..299  was 500");
    }

    [Fact]
    public async Task Waterfall_OfATimeout_ShowsWhereItHangs()
    {
        await using var target = TcpTarget.Hanging();
        var plan = Configured.Plan("kind: http", $"url: http://127.0.0.1:{target.Port}/", "timeout: 2s");
        var (record, explanation) = await Explained.RunAsync(plan);
        using var written = new StringWriter { NewLine = "\n" };

        CheckedRun[] runs = [new(plan, record, explanation)];
        TerminalReport.Write(Terminal.Open(written, width: 100), [CheckReport.Of(runs[0], runs, isBrief: false)]);

        Colour().Replace(written.ToString(), "").ShouldMatch(@"unfinished +[12](\.\d+)?s +█{20,}");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    public async Task Report_OnANarrowTerminal_KeepsBarsInTheirLines_AndTheChainInWords(int width)
    {
        using var root = new Authority("root");
        using var certificate = root.Issue();
        await using var target = new TlsTarget(certificate);
        var plan = Configured.Plan("kind: http", $"url: {target.Url}", $"tls: {{ ca: {Explained.Pem(root)} }}");
        var (record, explanation) = await Explained.RunAsync(plan);
        using var written = new StringWriter { NewLine = "\n" };

        CheckedRun[] runs = [new(plan, record, explanation)];
        TerminalReport.Write(Terminal.Open(written, width), [CheckReport.Of(runs[0], runs, isBrief: false)]);

        var lines = Colour().Replace(written.ToString(), "").Split('\n');
        lines.ShouldAllBe(line => line.TrimEnd().Length <= width);
        lines.Where(line => line.Contains('█', StringComparison.Ordinal)).ShouldAllBe(line => char.IsAsciiLetter(line[4]));
        lines.ShouldContain(line => line.TrimEnd() == "    0  CN=subject");
        lines.ShouldContain(line => line.TrimEnd() == "       issued by CN=root");
    }

    [Fact]
    public async Task Waterfall_OfAScenario_HasABarPerStepWithItsPhasesBelow()
    {
        await using var target = await HttpTarget.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/b" ? 503 : 200;
            return Task.CompletedTask;
        });
        var plan = Configured.Plan(
            "kind: scenario", "steps:", $"  - {{ name: first, kind: http, url: '{target.Url}/a' }}",
            $"  - {{ name: second, kind: http, url: '{target.Url}/b' }}", $"  - {{ name: third, kind: http, url: '{target.Url}/c' }}");
        var (record, explanation) = await Explained.RunAsync(plan);
        using var written = new StringWriter { NewLine = "\n" };

        CheckedRun[] runs = [new(plan, record, explanation)];
        TerminalReport.Write(Terminal.Open(written, width: 100), [CheckReport.Of(runs[0], runs, isBrief: false)]);

        var text = Colour().Replace(written.ToString(), "");
        text.ShouldMatch(@"steps *\n +first +pass +\S+ +█+ *\n +dns +\S+ +█+ *\n +connect +\S+ +█+ *\n");
        text.ShouldMatch(@"\n +second +fail +\S+ +█+ *\n +dns ");
        text.ShouldMatch(@"\n +third +skipped +step 'second' failed *\n");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("TERM=dumb", false)]
    public async Task Check_OnATerminal_IsColouredUnlessAskedNotTo(string variable, bool isColoured)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "there is no script(1) to make a terminal");
        using var refusing = TcpTarget.Refusing(out var port);
        var agent = Path.Combine(AppContext.BaseDirectory, "health-agent.dll");
        await using var process = AgentProcess.StartBehind(
            $"unset NO_COLOR; TERM=xterm {variable} exec script -qec 'dotnet {agent} check --url tcp://127.0.0.1:{port}' /dev/null", [],
            directory: null);

        var (code, output, _) = await process.EndAsync();

        code.ShouldBe(2);
        output.ShouldContain("connection_refused");
        output.Contains('\e').ShouldBe(isColoured, output);
    }

    [GeneratedRegex("\e\\[[0-9;]*m", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Colour();
}
