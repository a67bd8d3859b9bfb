using System.Text.RegularExpressions;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

/// <summary>What a match holds.</summary>
/// <remarks>Runs alone, since the memory is that of the process.</remarks>
[Collection(Alone)]
public sealed class RegexMemoryTests
{
    private const string Alone = "Memory of expressions";
    private const int Long = 1024 * 1024;

    [Theory]
    [InlineData("(a.{0,9}){20}c")]
    [InlineData("(a.{0,9}){5}c")]
    [InlineData("(a.{0,4}){8}c")]
    [InlineData("(ab?|b.?a){30}c")]
    [InlineData("(.{0,3}a){50}c")]
    [InlineData("a.{0,500}c")]
    [InlineData("a.{0,30}b.{0,30}c")]
    [InlineData("a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?a.?c")]
    public void Match_OfTheLongestTextWithoutBacktracking_TakesLittleMemory(string pattern)
    {
        var length = (int)Math.Min(Long, LinearRegex.StepsPerSecond * LinearRegex.MostSeconds / RegexCost.Of(pattern).PerCharacter);
        var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        regex.IsMatch(RegexCostTests.Hostile(length, "aab")).ShouldBeFalse();

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64 * Long);
        GC.KeepAlive(regex);
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneDefinition;
}
