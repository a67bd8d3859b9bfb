using HealthAgent.Files;
using HealthAgent.Settings;

namespace HealthAgent.Unit.Settings;

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
    [InlineData("${env:NONE:-${env:NOR:-fallback}}", "fallback")]
    [InlineData("${env:NONE:-<${env:USER}>}!", "<ada>!")]
    [InlineData("${env:NONE:-${env:NOR:-${env:USER}}-x}-y", "ada-x-y")]
    [InlineData("${env:USER:-${env:NONE}}", "ada")]
    [InlineData("${env:USER:-${file:/no/such/file}}", "ada")]
    [InlineData("${env:NONE:-$${x}", "${x")]
    [InlineData("${env:NONE:-{\"a\":1}}", "{\"a\":1}")]
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
    [InlineData("${env:NONE:-${env:NOR}}", "the environment variable 'NOR' is not set; set it, or write ${env:NOR:-default}")]
    [InlineData("${env:NONE:-${env:NOR:-x}", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:USER:-${x}}", "'${x}' is neither ${env:NAME} nor ${file:/path}; a literal ${ is written $${")]
    [InlineData("${env:NONE:-${file:/no/such/file}}", "the file '/no/such/file' does not exist")]
    [InlineData("a ${", "'${' is not closed by '}'; a literal ${ is written $${")]
    [InlineData("${env:USER} and ${env:NONE} and ${x}",
        "the environment variable 'NONE' is not set; set it, or write ${env:NONE:-default}")]
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
    public void File_WithinADefault_IsReadOnlyWhenItIsNeeded()
    {
        var path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, "of-the-file\n");
        _substitution.Apply($"${{env:USER:-${{file:{path}}}}}", out _).ShouldBe("ada");
        _files.Seen.ShouldBeEmpty();
        _substitution.Apply($"${{env:NONE:-${{file:{path}}}}}", out _).ShouldBe("of-the-file");
        _files.Seen.Select(file => file.Path).ShouldBe([path]);
    }

    [Fact]
    public void File_InAFolderOfTheEnvironment_IsRead()
    {
        File.WriteAllText(Path.Combine(_folder, "ada"), "of-the-file\n");
        _substitution.Apply($"${{file:{_folder}/${{env:USER}}}}", out var error).ShouldBe("of-the-file");
        error.ShouldBeNull();
    }

    [Fact]
    public void File_OfARelativePath_StandsInTheFolder()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), "of-the-file");
        var substitution = new Substitution(_ => null, _files, _folder);
        substitution.Apply("${file:secret}", out _).ShouldBe("of-the-file");
        substitution.Apply("${file:./secret}", out _).ShouldBe("of-the-file");
        substitution.Apply("${file:none}", out var error).ShouldBeNull();
        error.ShouldBe($"the file '{Path.Combine(_folder, "none")}' does not exist");
    }

    [Fact]
    public void File_ThatIsNotUtf8_IsRefusedWithThePlaceAndNotTheByte()
    {
        var path = Path.Combine(_folder, "secret");
        File.WriteAllBytes(path, [(byte)'a', (byte)'\n', (byte)'b', 0xE9, (byte)'c']);
        _substitution.Apply($"${{file:{path}}}", out var error).ShouldBeNull();
        error.ShouldBe($"the file '{path}' is not UTF-8; save it as UTF-8 (line 2, column 2)");
        _files.Seen.ShouldHaveSingleItem().Fingerprint.ShouldBe(TextFile.ReadFingerprint(path, 1024 * 1024));
    }

    [Theory]
    [InlineData("${file:PATH}", "of-the-file secret whole")]
    [InlineData("x${file:PATH}", "of-the-file secret")]
    [InlineData("${env:USER}", "ada whole")]
    [InlineData("${env:NONE:-a${env:USER}}", "ada; aada whole")]
    [InlineData("${env:KEY:-${file:PATH}}", "of-the-file secret whole; of-the-file secret whole")]
    public void Replacements_ByWhereTheyComeFrom_AreSecrets(string value, string expected)
    {
        var (path, seen) = (Path.Combine(_folder, "secret"), new List<string>());
        File.WriteAllText(path, "of-the-file");
        _substitution.Apply(value.Replace("PATH", path, StringComparison.Ordinal), out _, replacement =>
        {
            seen.Add($"{replacement.Text}{(replacement.IsSecret ? " secret" : "")}{(replacement.IsWhole ? " whole" : "")}");
            return replacement.Text;
        }).ShouldNotBeNull();
        string.Join("; ", seen).ShouldBe(expected);
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
        error.ShouldBe($"the file '{_folder}' is a directory; must be a regular file");
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
        error.ShouldBe("the file '/dev/zero' is a device; must be a regular file");
    }

    [Fact]
    public void Value_OfVeryManyOpenReferences_IsRefusedAtOnce()
    {
        _substitution.Apply(string.Concat(Enumerable.Repeat("${", 1_000_000)), out var error).ShouldBeNull();
        error.ShouldNotBeNull();
        _substitution.Apply(string.Concat(Enumerable.Repeat("${env:A:-", 100_000)) + new string('}', 100_000), out error).ShouldBeNull();
        error.ShouldBe("'${' is nested deeper than 16 levels");
    }
}
