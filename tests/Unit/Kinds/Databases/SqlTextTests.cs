using HealthAgent.Kinds.Databases;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("select 1 where id = ", null)]
    [InlineData("select 'a' || ", null)]
    [InlineData("select 'it''s' || ", null)]
    [InlineData("select 'it''", "quotes")]
    [InlineData("select 'a\\' || ", null)]
    [InlineData("select E'a\\' || ", "quotes")]
    [InlineData("select e'a\\'' || ", null)]
    [InlineData("select name like'a\\' || ", null)]
    [InlineData("select \"a", "quotes")]
    [InlineData("select \"a\"\"b\" || ", null)]
    [InlineData("select '\"' || ", null)]
    [InlineData("select 1 -- ", "a comment")]
    [InlineData("select 1 -- '\n + ", null)]
    [InlineData("select 1 /* ", "a comment")]
    [InlineData("select 1 /* /* */ ", "a comment")]
    [InlineData("select 1 /* /* */ ' */ + ", null)]
    [InlineData("select $$ ", "dollar quotes")]
    [InlineData("select $$ ' $$ || ", null)]
    [InlineData("select $a$ $b$ ", "dollar quotes")]
    [InlineData("select $a$ $b$ $a$ || ", null)]
    [InlineData("select a$b$ || ", null)]
    [InlineData("select $1 || ", null)]
    [InlineData("select '--' || ", null)]
    public void Text_ReadToItsEnd_IsKnownToBeInside(string sql, string? inside)
    {
        var text = new SqlText();
        text.Read(sql);
        text.Inside.ShouldBe(inside);
    }
}
