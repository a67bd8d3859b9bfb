using HealthAgent.Configuration;

namespace HealthAgent.Unit.Configuration;

public sealed class SubstitutionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("health-agent-").FullName;

    private readonly FilesRead _files = new();
    private readonly Substitution _substitution;

    public SubstitutionTests() => _substitution = new Substitution(
        name => name switch
        {
            "USER" => "ada",
            "EMPTY" => "",
            "TRICKY" => "${env:USER}",
            "MULTILINE" => "a: 1\nb: 2",
            _ => null,
        },
        _files);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("$5 and {x}", "$5 and {x}")]
    [InlineData("$USER", "$USER")]
    [InlineData("${env:USER}", "ada")]
    [InlineData("<${env:USER}:${env:USER}>", "<ada:ada>")]
    [InlineData("${env:USER:-bob}", "ada")]
    [InlineData("${env:NONE:-bob}", "bob")]
    [InlineData("${env:NONE:-}", "")]
    [InlineData("${env:EMPTY:-bob}", "bob")]
    [InlineData("${env:NONE:-a:-b}", "a:-b")]
    [InlineData("${env:NONE:-http://x/?a=b}", "http://x/?a=b")]
    [InlineData("${env:TRICKY}", "${env:USER}")]
    [InlineData("${env:MULTILINE}", "a: 1\nb: 2")]
    [InlineData("$${env:USER}", "${env:USER}")]
    [InlineData("$${", "${")]
    [InlineData("$$${env:USER}", "$${env:USER}")]
    [InlineData("$${${env:USER}}", "${ada}")]
    public void Value_WithReferences_HasThemReplaced(string value, string expected)
    {
        _substitution.Apply(value, out var error).ShouldBe(expected);
        error.ShouldBeNull();
    }

    [Theory]
    [InlineData("${env:NONE}", "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}")]
    [InlineData("${env:EMPTY}", "the environment variable 'EMPTY' is not set; set it, or write ${env:EMPTY:-default}")]
    [InlineData("${USER}", "'${USER}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${}", "'${}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:}", "'${env:}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:1A}", "'${env:1A}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${ENV:USER}", "'${ENV:USER}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${vault:x}", "'${vault:x}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${file:}", "'${file:}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:USER", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("a ${", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:USER} and ${env:NONE} and ${x}", "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}")]
    public void Value_WithABadReference_IsRefused(string value, string expected)
    {
        _substitution.Apply(value, out var error).ShouldBeNull();
        error.ShouldBe(expected);
    }

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("two\nlines\n\n", "two\nlines")]
    [InlineData(" spaces ", " spaces ")]
    [InlineData("\ufeffmarked", "marked")]
    [InlineData("", "")]
    [InlineData("${env:USER}", "${env:USER}")]
    public void File_Named_IsReadWithoutItsLastLineEnd(string content, string expected)
    {
        var path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, content);
        _substitution.Apply($"<${{file:{path}}}>", out var error).ShouldBe($"<{expected}>");
        error.ShouldBeNull();
        _files.Seen.Select(file => file.Path).ShouldBe([path]);
    }

    [Fact]
    public void File_ThatIsMissing_IsRefusedAndRemembered()
    {
        var path = Path.Combine(_folder, "none");
        _substitution.Apply($"${{file:{path}}}", out var error).ShouldBeNull();
        error.ShouldBe($"the file '{path}' does not exist");
        _files.Seen.Select(file => file.Path).ShouldBe([path]);
    }

    [Fact]
    public void File_InAMissingFolder_IsRefused()
    {
        _substitution.Apply("${file:/no/such/folder/file}", out var error).ShouldBeNull();
        error.ShouldBe("the file '/no/such/folder/file' does not exist");
    }

    [Fact]
    public void File_ThatIsADirectory_IsRefused()
    {
        _substitution.Apply($"${{file:{_folder}}}", out var error).ShouldBeNull();
        error.ShouldBe($"the file '{_folder}' is a directory");
    }

    [Fact]
    public void File_ThatIsHuge_IsRefused()
    {
        var path = Path.Combine(_folder, "huge");
        File.WriteAllBytes(path, new byte[1024 * 1024 + 1]);
        _substitution.Apply($"${{file:{path}}}", out var error).ShouldBeNull();
        error.ShouldBe($"the file '{path}' is larger than 1MiB");
    }

    [Fact]
    public void File_ThatNeverEnds_IsRefused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero here");
        _substitution.Apply("${file:/dev/zero}", out var error).ShouldBeNull();
        error.ShouldBe("the file '/dev/zero' is larger than 1MiB");
    }

    [Fact]
    public void Value_OfVeryManyOpenReferences_IsRefusedAtOnce()
    {
        _substitution.Apply(string.Concat(Enumerable.Repeat("${", 1_000_000)), out var error).ShouldBeNull();
        error.ShouldNotBeNull();
    }
}
