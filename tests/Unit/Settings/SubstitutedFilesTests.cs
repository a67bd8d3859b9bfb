using HealthAgent.Files;
using HealthAgent.Settings;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Settings;

/// <summary>References to files: what is read of them, and which are refused.</summary>
public sealed class SubstitutedFilesTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.Create("folder-").FullName;

    private readonly FilesRead _files = new();
    private readonly Substitution _substitution;

    public SubstitutedFilesTests() => _substitution = Substitutions.Of(_files);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
}
