using HealthAgent.Kinds.Network.Bodies;

namespace HealthAgent.Unit.Kinds.Network;

public sealed class ContentTypeTests
{
    [Theory]
    [InlineData("application/json", "application/json", null)]
    [InlineData("application/json; charset=utf-8", "application/json", "utf-8")]
    [InlineData("application/json;charset=UTF-8;", "application/json", "UTF-8")]
    [InlineData("json", "json", null)]
    [InlineData("", "", null)]
    [InlineData(";", "", null)]
    [InlineData(";charset=latin1", "", "latin1")]
    [InlineData("  text/html  ;  charset = latin1  ", "text/html", "latin1")]
    [InlineData("text/html; Charset=\"iso-8859-15\"", "text/html", "iso-8859-15")]
    [InlineData("text/html; charset='iso-8859-15'", "text/html", "iso-8859-15")]
    [InlineData("text/html; charset=\"iso-8859-15", "text/html", "iso-8859-15")]
    [InlineData("text/html; boundary=x; charset=latin1; q=1", "text/html", "latin1")]
    [InlineData("text/html, application/json", "text/html", null)]
    [InlineData("application/json, application/json; charset=latin1", "application/json", "latin1")]
    [InlineData("text/html;;charset=latin1", "text/html", "latin1")]
    [InlineData("text/html;\tcharset=latin1", "text/html", "latin1")]
    [InlineData("text/html; charset=", "text/html", null)]
    [InlineData("text/html; charset=; charset=latin1", "text/html", "latin1")]
    [InlineData("text/html; charset", "text/html", null)]
    [InlineData("text/html; charset latin1", "text/html", null)]
    [InlineData("text/html; xcharset=latin1", "text/html", null)]
    [InlineData("text/html; charsets=latin1", "text/html", null)]
    [InlineData("charset=latin1", "charset=latin1", null)]
    public void Header_HoweverFlawed_IsRead(string written, string mediaType, string? charset) =>
        ContentType.Parse(written).ShouldBe(new ContentType(mediaType, charset));
}
