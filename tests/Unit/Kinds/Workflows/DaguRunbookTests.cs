using System.Text.RegularExpressions;
using HealthAgent.Kinds.Workflows.Dagu;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Workflows;

public sealed partial class DaguRunbookTests
{
    [Fact]
    public void Runbook_HasASection_ForEachFailure() =>
        Heading().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "runbooks", "dagu.md")))
            .Select(heading => heading.Groups["title"].Value.ToLowerInvariant().Replace(' ', '-'))
            .ShouldBe(DaguRunbook.All, ignoreOrder: true);

    [GeneratedRegex("^## (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();
}
