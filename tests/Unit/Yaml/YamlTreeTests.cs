using HealthAgent.Yaml;

namespace HealthAgent.Unit.Yaml;

public sealed class YamlTreeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("...\n")]
    [InlineData("~")]
    [InlineData("null")]
    public void File_WithNothingInIt_IsAnEmptyMapping(string text) =>
        Read(text).Root.ShouldNotBeNull().Entries.ShouldBeEmpty();

    [Fact]
    public void Nodes_OfAFile_KeepTheirPlaces()
    {
        var root = Read("a: 1\nb:\n  - x\n  - {c: 'y'}\n").Root.ShouldNotBeNull();
        root.Entries["a"].KeyWhere.ShouldBe(new Location(1, 1));
        root.Entries["a"].Value.ShouldBe(new YamlScalar(new Location(1, 4), "1", IsPlain: true));
        root.Entries["b"].KeyWhere.ShouldBe(new Location(2, 1));
        var list = root.Entries["b"].Value.ShouldBeOfType<YamlList>();
        list.Items[0].Where.ShouldBe(new Location(3, 5));
        var map = list.Items[1].ShouldBeOfType<YamlMap>();
        map.Where.ShouldBe(new Location(4, 5));
        map.Entries["c"].Value.ShouldBe(new YamlScalar(new Location(4, 9), "y", IsPlain: false));
    }

    [Fact]
    public void Keys_OfAMapping_KeepTheirOrder() =>
        Read("z: 1\na: 2\nm: 3\n").Root!.Entries.Keys.ShouldBe(["z", "a", "m"]);

    [Theory]
    [InlineData("a:", true)]
    [InlineData("a: ~", true)]
    [InlineData("a: null", true)]
    [InlineData("a: \"\"", false)]
    [InlineData("a: 'null'", false)]
    [InlineData("a: '~'", false)]
    [InlineData("a: NULL", false)]
    [InlineData("a: 0", false)]
    public void Scalar_ThatIsPlainAndEmpty_IsNull(string text, bool isNull) =>
        Read(text).Root!.Entries["a"].Value.ShouldBeOfType<YamlScalar>().IsNull.ShouldBe(isNull);

    [Theory]
    [InlineData("a: |\n  one\n  two\n", "one\ntwo\n")]
    [InlineData("a: >-\n  one\n  two\n", "one two")]
    [InlineData("a: \"\\u0041\\n\"", "A\n")]
    [InlineData("a: 'it''s'", "it's")]
    [InlineData("a: !!str 5", "5")]
    [InlineData("a: 0x10", "0x10")]
    [InlineData("a: yes", "yes")]
    [InlineData("a: x # comment", "x")]
    [InlineData("a: 1\r\n", "1")]
    public void Scalar_InAnyStyle_IsText(string text, string value) =>
        Read(text).Root!.Entries["a"].Value.ShouldBeOfType<YamlScalar>().Value.ShouldBe(value);

    [Fact]
    public void Alias_OfAnAnchor_IsTheSameNode()
    {
        var root = Read("a: &x {k: 1}\nb: *x\nc: [*x]\n").Root.ShouldNotBeNull();
        root.Entries["b"].Value.ShouldBeSameAs(root.Entries["a"].Value);
        root.Entries["c"].Value.ShouldBeOfType<YamlList>().Items[0].ShouldBeSameAs(root.Entries["a"].Value);
    }

    [Fact]
    public void Alias_OfAnAnchorSetTwice_IsTheLatest() =>
        Read("a: &x 1\nb: &x 2\nc: *x\n").Root!.Entries["c"].Value.ShouldBeOfType<YamlScalar>().Value.ShouldBe("2");

    [Fact]
    public void Merge_OfAMapping_AddsWhatIsNotWritten()
    {
        var (root, errors) = Read("base: &x {k: 1, l: 2}\none: {l: 3, <<: *x}\nmany: {<<: [{k: 5}, *x]}\n");
        errors.ShouldBeEmpty();
        Texts(root!, "one").ShouldBe(["l=3", "k=1"]);
        Texts(root!, "many").ShouldBe(["k=5", "l=2"]);
        static IEnumerable<string> Texts(YamlMap root, string key) =>
            ((YamlMap)root.Entries[key].Value).Entries.Select(pair => $"{pair.Key}={((YamlScalar)pair.Value.Value).Value}");
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "3:1: a: duplicate key; first on line 1")]
    [InlineData("a: {k: 1, k: 2}", "1:11: k: duplicate key; first on line 1")]
    [InlineData("a: 1\n<<: 5\n", "2:5: <<: only mappings can be merged")]
    [InlineData("a: 1\n<<: [{b: 1}, x]\n", "2:14: <<: only mappings can be merged")]
    [InlineData("? [a]\n: b\n", "1:3: a key must be a plain word")]
    [InlineData("? {a: 1}\n: b\n", "1:3: a key must be a plain word")]
    [InlineData("a: 1\n---\nb: 2\n", "2:1: second YAML document; the configuration must be a single document")]
    [InlineData("a: 1\n---\n", "2:1: second YAML document; the configuration must be a single document")]
    public void File_WithAMistakeInIt_IsReadToItsEnd(string text, string error)
    {
        var (root, errors) = Read(text);
        root.ShouldNotBeNull();
        errors.ShouldBe([$"agent.yaml:{error}"]);
    }

    [Fact]
    public void Keys_StandingTwice_KeepTheFirst() =>
        Read("a: 1\na: 2\n").Root!.Entries["a"].Value.ShouldBeOfType<YamlScalar>().Value.ShouldBe("1");

    [Theory]
    [InlineData("- a\n", "1:1: the file must be a mapping, `key: value`")]
    [InlineData("checks\n", "1:1: the file must be a mapping, `key: value`")]
    [InlineData("a: *b\n", "1:4: invalid YAML: the anchor 'b' is not defined above")]
    [InlineData("a: &a [*a]\n", "1:8: invalid YAML: the anchor 'a' is not defined above")]
    [InlineData("a: b: c\n", "1:5: invalid YAML: While scanning a plain scalar value, found invalid mapping.")]
    [InlineData("a: 1\nb: @x\n", "2:4: invalid YAML: While scanning for the next token, found character that cannot start any token.")]
    [InlineData("a: \"x\n", "1:4: invalid YAML: While scanning a quoted scalar, found unexpected end of stream.")]
    [InlineData("a: \"\\q\"\n", "1:4: invalid YAML: While scanning a quoted scalar, found unknown escape character.")]
    [InlineData("a: }\n", "1:4: invalid YAML: While parsing a node, did not find expected node content.")]
    [InlineData("a: [1\n", "2:1: invalid YAML: While parsing a flow sequence, did not find expected ',' or ']'.")]
    [InlineData("x: 1\na: [1\nb: 2\n", "2:4: invalid YAML: unclosed bracket or brace after this position")]
    [InlineData("a: {\n b: 1\nc: 2\n", "2:3: invalid YAML: unclosed bracket or brace after this position")]
    [InlineData("a: 1\nb\n", "2:1: invalid YAML: While parsing a block mapping, did not find expected key.")]
    [InlineData("a: 1\n b: 2\n", "2:3: invalid YAML: While scanning a plain scalar value, found invalid mapping.")]
    [InlineData("  : a\n    !!str b\nc\n", "3:1: invalid YAML: missing value")]
    [InlineData("checks:\n  - name: a\n\tkind: b\n",
        "3:1: invalid YAML: While scanning a plain scalar, found a tab character that violate indentation.")]
    [InlineData("x: 1\na:\n\t- b\n", "3:1: invalid YAML: While scanning a mapping, found invalid tab as indentation.")]
    public void File_ThatIsNotYaml_IsRefusedWithThePlace(string text, string error)
    {
        var (root, errors) = Read(text);
        errors.ShouldBe([$"agent.yaml:{error}"]);
        root.ShouldBeNull();
    }

    [Theory]
    [InlineData("[", "")]
    [InlineData("{a: ", "")]
    [InlineData("- ", "x")]
    public void Nesting_BeyondReason_IsRefused(string opening, string end)
    {
        var (root, errors) = Read(string.Concat(Enumerable.Repeat(opening, 100_000)) + end);
        root.ShouldBeNull();
        errors.ShouldHaveSingleItem().ShouldEndWith(": nested deeper than 64 levels");
    }

    [Fact]
    public void Nesting_WithinReason_IsRead() =>
        Read("a: " + new string('[', 60) + new string(']', 60)).Root.ShouldNotBeNull();

    private static (YamlMap? Root, IReadOnlyList<string> Errors) Read(string text)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        return (YamlTree.Read(text, errors), errors.ToLines());
    }
}
