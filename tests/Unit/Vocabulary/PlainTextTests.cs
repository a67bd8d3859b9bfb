namespace HealthAgent.Unit.Vocabulary;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("as it is, ~ and all", "as it is, ~ and all")]
    [InlineData("Grüße, 数据 \ud83d\ude00", "Grüße, 数据 \ud83d\ude00")]
    [InlineData("می\u200cخواهم", "می\u200cخواهم")]
    [InlineData("a\u0000b\u001b[31mred", "a\ufffdb\ufffd[31mred")]
    [InlineData("\u0007bell\u007f", "\ufffdbell\ufffd")]
    [InlineData("\u009b31m", "\ufffd31m")]
    [InlineData("a\tb", "a b")]
    [InlineData("a\r\n  b\n\nc\u0085d\u2028e\u2029f\vg\fh\n", "a b c d e f g h")]
    [InlineData("user\u202etxt.exe\u2066x\u2069", "user\ufffdtxt.exe\ufffdx\ufffd")]
    [InlineData("\ufeffa\u200bb\u00adc", "\ufffda\ufffdb\ufffdc")]
    public void Line_OfAnyText_ShowsWhatItSays(string text, string line) => PlainText.Line(text).ShouldBe(line);

    [Fact]
    public void Line_OfHalfASurrogatePair_CanBeWrittenAsUtf8()
    {
        PlainText.Line("a" + '\ud83d' + "b" + '\ude00').ShouldBe("a\ufffdb\ufffd");
        PlainText.Line("tag \U000E0041").ShouldBe("tag \ufffd");
    }

    [Fact]
    public void Lines_OfAnyText_StayLines() => PlainText.Lines("a\u001b\r\n  b\tc\n").ShouldBe("a\ufffd\n  b c\n");

    [Fact]
    public void Line_OfPrintableText_IsTheVeryText()
    {
        const string text = "nothing to replace";
        PlainText.Line(text).ShouldBeSameAs(text);
        PlainText.IsLine(text).ShouldBeTrue();
        PlainText.IsLine("a\u001b").ShouldBeFalse();
    }

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc…")]
    [InlineData("ab\ud83d\ude00", 4, "ab\ud83d\ude00")]
    [InlineData("ab\ud83d\ude00c", 3, "ab…")]
    public void Cut_OfALongText_SplitsNoCharacter(string text, int longest, string cut) => PlainText.Cut(text, longest).ShouldBe(cut);
}
