using System.Text;
using HealthAgent.Expectations;

namespace HealthAgent.Unit.Expectations;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", true)]
    [InlineData("-0", true)]
    [InlineData("5", true)]
    [InlineData("-12.50", true)]
    [InlineData("1e3", true)]
    [InlineData("1E-3", true)]
    [InlineData("0.5e+10", true)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("+5", false)]
    [InlineData("05", false)]
    [InlineData(".5", false)]
    [InlineData("5.", false)]
    [InlineData("1e", false)]
    [InlineData("1e+", false)]
    [InlineData(" 5", false)]
    [InlineData("5 ", false)]
    [InlineData("1,000", false)]
    [InlineData("1 000", false)]
    [InlineData("1_000", false)]
    [InlineData("0x10", false)]
    [InlineData("NaN", false)]
    [InlineData("Infinity", false)]
    [InlineData("1.2.3", false)]
    [InlineData("2026-01-01", false)]
    public void Text_AsJsonWritesNumbers_IsANumber(string text, bool isNumber) =>
        DecimalText.IsNumber(Encoding.UTF8.GetBytes(text)).ShouldBe(isNumber);

    [Theory]
    [InlineData("0", "-0", 0)]
    [InlineData("0", "0.000e5", 0)]
    [InlineData("1000", "1e3", 0)]
    [InlineData("1000", "+1000.0", 0)]
    [InlineData("0.00125", "125e-5", 0)]
    [InlineData("12.5", "0.125E+2", 0)]
    [InlineData(".5", "0.5", 0)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("-9007199254740993", "-9007199254740992", -1)]
    [InlineData("9007199254740992.5", "9007199254740993", -1)]
    [InlineData("200", "200.00000000000000000000000000000001", -1)]
    [InlineData("123456789012345678901234567890123456789", "123456789012345678901234567890123456788", 1)]
    [InlineData("1e999", "1e998", 1)]
    [InlineData("-1e999", "1e998", -1)]
    [InlineData("1e99999999999999999999", "1e999", 1)]
    [InlineData("1e-99999999999999999999", "1e-999", -1)]
    [InlineData("0", "1e-999", -1)]
    [InlineData("0", "-1e-999", 1)]
    [InlineData("0.05", "0.5", -1)]
    [InlineData("10", "9", 1)]
    public void Numbers_OfAnyLength_AreComparedExactly(string left, string right, int order)
    {
        DecimalText.Compare(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)).ShouldBe(order);
        DecimalText.Compare(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(left)).ShouldBe(-order);
    }

    [Theory]
    [InlineData("count == 9007199254740993", true)]
    [InlineData("count == 9007199254740992", false)]
    [InlineData("count > 9007199254740992", true)]
    [InlineData("count in 9007199254740993..9007199254740993", true)]
    [InlineData("count in 9007199254740990..9007199254740992", false)]
    [InlineData("count in [9007199254740992, 9007199254740994]", false)]
    public void WholeNumbers_BeyondADouble_AreComparedExactly(string text, bool holds)
    {
        Values.Holds(text, Values.Observed("count", 9007199254740993L)).ShouldBe(holds);
        Values.Holds(text, Values.Observed("count", 9007199254740993m)).ShouldBe(holds);
        Values.Holds(text.Replace("count", "json $", StringComparison.Ordinal), Values.Json("9007199254740993")).ShouldBe(holds);
        Values.Holds(text.Replace("count", "json $", StringComparison.Ordinal), Values.Json("\"9007199254740993\"")).ShouldBe(holds);
    }

    [Fact]
    public void WholeNumber_BeyondADouble_IsShownWithAllItsDigits() =>
        Values.Condition("count == 1").Explain(Values.Observed("count", 9007199254740993L)).ShouldBe("count == 1: was 9007199254740993");

    [Theory]
    [InlineData("count == 0.1", 0.1, true)]
    [InlineData("count == 0", -0.0, true)]
    [InlineData("count == -0", 0.0, true)]
    [InlineData("count > 5", double.PositiveInfinity, true)]
    [InlineData("count not > 5", double.PositiveInfinity, false)]
    [InlineData("count < 5", double.NegativeInfinity, true)]
    [InlineData("count != 5", double.NaN, true)]
    [InlineData("count not > 5", double.NaN, false)]
    [InlineData("count not in 0..9", double.NaN, true)]
    public void Doubles_OfAllKinds_AreCompared(string text, double value, bool holds) =>
        Values.Holds(text, Values.Observed("count", value)).ShouldBe(holds);
}
