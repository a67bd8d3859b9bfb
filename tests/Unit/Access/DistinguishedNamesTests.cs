using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using HealthAgent.Agent.Access;

namespace HealthAgent.Unit.Access;

/// <summary>A name is compared by its components: none that only looks like it is it.</summary>
public sealed class DistinguishedNamesTests
{
    [Theory]
    [InlineData("CN=ops,O=Shop", "CN=ops, O=Shop", true)]
    [InlineData("CN=ops,O=Shop", "cn=ops,o=Shop", true)]
    [InlineData("CN=ops,O=Shop", "CN=\"ops\",O=Shop", true)]
    [InlineData("CN=ops,O=Shop", "O=Shop,CN=ops", false)]
    [InlineData("CN=ops,O=Shop", "CN=ops", false)]
    [InlineData("CN=ops,O=Shop", "CN=ops,O=Shop,C=FR", false)]
    [InlineData("CN=ops,O=Shop", "CN=Ops,O=Shop", false)]
    [InlineData("CN=ops,O=Shop", "CN=xops,O=Shop", false)]
    [InlineData("CN=ops,O=Shop", "CN=\"ops,O=Shop\"", false)]
    [InlineData("CN=ops,O=Shop", "CN=\"ops, O=Shop\",O=Evil", false)]
    [InlineData("CN=ops,O=Shop", "OU=ops,O=Shop", false)]
    [InlineData("CN=ops", "CN=\"ops \"", false)]
    public void Name_IsTheSame_OrNot(string one, string other, bool expected)
    {
        DistinguishedNames.AreSame(new X500DistinguishedName(one), new X500DistinguishedName(other)).ShouldBe(expected);
        DistinguishedNames.AreSame(new X500DistinguishedName(other), new X500DistinguishedName(one)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(UniversalTagNumber.UTF8String)]
    [InlineData(UniversalTagNumber.PrintableString)]
    [InlineData(UniversalTagNumber.BMPString)]
    public void Name_WithAnotherTypeOfText_IsTheSame(UniversalTagNumber type)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.Add("2.5.4.3", "ops", type);
        builder.Add("2.5.4.10", "Shop", type);

        DistinguishedNames.AreSame(new X500DistinguishedName("CN=ops,O=Shop"), builder.Build()).ShouldBeTrue();
    }

    [Fact]
    public void Name_WithoutComponents_IsLikeNone() =>
        DistinguishedNames.AreSame(new X500DistinguishedName(""), new X500DistinguishedName("")).ShouldBeFalse();

    [Fact]
    public void Name_WithSeveralValuesInAComponent_IsLikeNone()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        {
            foreach (var (type, value) in new[] { ("2.5.4.3", "ops"), ("2.5.4.11", "x") })
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(type);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        var name = new X500DistinguishedName(writer.Encode());
        DistinguishedNames.AreSame(name, name).ShouldBeFalse();
    }
}
