using System.Text;
using HealthAgent.Kinds.Network.Bodies;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class CharsetTests
{
    [Theory]
    [InlineData("utf-8", 65001)]
    [InlineData("UTF8", 65001)]
    [InlineData("utf-16", 1200)]
    [InlineData("utf-16be", 1201)]
    [InlineData("utf-32", 12000)]
    [InlineData("us-ascii", 20127)]
    [InlineData("ISO-8859-1", 28591)]
    [InlineData("iso8859-15", 28605)]
    [InlineData("windows-1252", 1252)]
    [InlineData("cp1251", 1251)]
    [InlineData("x-cp1251", 1251)]
    [InlineData("Win-1250", 1250)]
    [InlineData("windows-31j", 932)]
    [InlineData("MS932", 932)]
    [InlineData("Shift_JIS", 932)]
    [InlineData("gb18030", 54936)]
    [InlineData("big5", 950)]
    [InlineData("euc-kr", 51949)]
    [InlineData("koi8-r", 20866)]
    public void Charset_ThatServersName_IsFound(string name, int codePage) => Charset.Find(name)!.CodePage.ShouldBe(codePage);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("utf-7")]
    [InlineData("iso8859-99")]
    [InlineData("iso8859-")]
    [InlineData("cp")]
    [InlineData("cp99999999")]
    [InlineData("cp-1")]
    [InlineData("")]
    public void Charset_ThatNobodyKnows_IsNone(string name) => Charset.Find(name).ShouldBeNull();

    [Theory]
    [InlineData(null, "utf-8", false)]
    [InlineData(null, "utf-8", true)]
    [InlineData(null, "utf-16", true)]
    [InlineData(null, "utf-16be", true)]
    [InlineData(null, "utf-32", true)]
    [InlineData(null, "utf-32be", true)]
    [InlineData("utf-8", "utf-8", true)]
    [InlineData("utf-16", "utf-16", false)]
    [InlineData("utf-16", "utf-16", true)]
    [InlineData("utf-16", "utf-16be", true)]
    [InlineData("utf-16be", "utf-16be", false)]
    [InlineData("utf-16be", "utf-16be", true)]
    [InlineData("utf-32", "utf-32be", true)]
    [InlineData("windows-1252", "windows-1252", false)]
    [InlineData("gb18030", "gb18030", false)]
    public void Text_InAnyCharset_IsDecodedWithoutItsMark(string? named, string used, bool hasMark)
    {
        var written = Charset.Find(used)!;
        byte[] bytes = [.. hasMark ? written.Preamble : [], .. written.GetBytes("Störung\0")];
        var encoding = Charset.Of(named, bytes).ShouldNotBeNull();
        Charset.Decode(bytes, encoding, isWhole: true).ShouldBe("Störung\0");
    }

    [Fact]
    public void Text_InACharsetThatIsNamed_IsNotGuessedByItsMark() =>
        Charset.Decode(new byte[] { 0xFF, 0xFE, 0x41 }, Charset.Of("latin1", [0xFF, 0xFE, 0x41])!, isWhole: true).ShouldBe("ÿþA");

    [Fact]
    public void Text_InAnUnknownCharset_HasNoEncoding() => Charset.Of("nonsense", "OK"u8).ShouldBeNull();

    [Theory]
    [InlineData("utf-8", 4, "Süd")]
    [InlineData("utf-8", 2, "S")]
    [InlineData("utf-16", 5, "Sü")]
    [InlineData("shift_jis", 3, "日")]
    public void Text_CutWithinACharacter_LosesThatOne(string charset, int bytes, string expected)
    {
        var encoding = Charset.Find(charset)!;
        var text = charset == "shift_jis" ? "日本" : "Süden";
        Charset.Decode(encoding.GetBytes(text).AsMemory(0, bytes), encoding, isWhole: false).ShouldBe(expected);
    }

    [Fact]
    public void Text_CutWithinAnEmptyOne_IsEmpty() => Charset.Decode(default, Encoding.UTF8, isWhole: false).ShouldBe("");
}
