using HealthAgent.Kinds.Databases;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class LibpqPairsTests
{
    [Theory]
    [InlineData("host=h port=5432", "host:h|port:5432")]
    [InlineData("  host = h\n\tport= 5432 ", "host:h|port:5432")]
    [InlineData(@"host=h password='it\'s \\ quoted'", @"host:h|password:it's \ quoted")]
    [InlineData("host=h password='it''s \\'quoted\\''", "host:h|password:it's 'quoted'")]
    [InlineData(@"host=h password=a\ b\'c", "host:h|password:a b'c")]
    [InlineData("host=h password=a'b''c", "host:h|password:a'b''c")]
    [InlineData("host=h password='' user=u", "host:h|password:|user:u")]
    [InlineData("password='host=x port=1' host=h", "password:host=x port=1|host:h")]
    [InlineData("host=h password=a;b", "host:h|password:a;b")]
    [InlineData("host=h password=", "host:h|password:")]
    public void Text_InLibpqsForm_IsTakenApart(string text, string expected)
    {
        LibpqPairs.AreIn(text, LibpqKeys.Contains).ShouldBeTrue();
        var pairs = LibpqPairs.Parse(text, LibpqKeys.Contains).ShouldNotBeNull();
        string.Join('|', pairs.Select(pair => $"{pair.Key}:{pair.Value}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("host=h password='open")]
    [InlineData("host=h port")]
    [InlineData("host=h =5432")]
    [InlineData("host=h password='a'b")]
    [InlineData("host=h password=a;port=5432")]
    [InlineData("host=h password=a;user=b;port=5432")]
    public void Text_ThatIsDoubtful_IsNotTakenApart(string text) => LibpqPairs.Parse(text, LibpqKeys.Contains).ShouldBeNull();

    [Theory]
    [InlineData("Host=h;Port=5432;Password=a b")]
    [InlineData("Host = h ; Port = 5432")]
    [InlineData("SSL Mode=Require;Host=h")]
    [InlineData("Password=my other=x;Host=h")]
    [InlineData("Password='a;b';Host=h")]
    [InlineData("Host=h")]
    public void Text_InNpgsqlsForm_IsNotLibpqs(string text) => LibpqPairs.AreIn(text, LibpqKeys.Contains).ShouldBeFalse();
}
