using HealthAgent.Kinds.Databases;
using HealthAgent.Unit.Support;
using Npgsql;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("Host=h", "h:5432")]
    [InlineData("Server=h;Port=1", "h:1")]
    [InlineData("Host=a:1,b,[::1]:3;Port=2", "a:1, b:2, [::1]:3")]
    [InlineData("host=a,b port=1,2", "a:1, b:2")]
    [InlineData("host=a,b port=7", "a:7, b:7")]
    [InlineData("host=::1 port=7", "[::1]:7")]
    [InlineData("hostaddr=127.0.0.1 port=7", "127.0.0.1:7")]
    [InlineData("host=/var/run/postgresql port=7", "/var/run/postgresql:7")]
    [InlineData("postgres://u:p@a:1,b/db", "a:1, b:5432")]
    [InlineData("postgres://u:p@a,[::1]:2/db?port=7", "a:7, [::1]:2")]
    [InlineData("postgres://u:p@/db?host=/var/run/postgresql", "/var/run/postgresql:5432")]
    [InlineData("postgresql://u:p@BÜCHER.example/db", "xn--bcher-kva.example:5432")]
    public void Servers_InAnyForm_AreKnown(string text, string expected) => string.Join(", ", Read(text).Servers).ShouldBe(expected);

    [Theory]
    [InlineData("Host=h", SslMode.Prefer)]
    [InlineData("Host=h;SSL Mode=VerifyFull", SslMode.VerifyFull)]
    [InlineData("postgres://h/db?sslmode=disable", SslMode.Disable)]
    [InlineData("postgres://h/db?sslmode=allow", SslMode.Allow)]
    [InlineData("postgres://h/db?sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("postgres://h/db?sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("postgres://h/db?sslmode=no-verify&sslrootcert={0}", SslMode.Require)]
    [InlineData("postgres://h/db?sslmode=require&sslrootcert={0}", SslMode.VerifyCA)]
    [InlineData("host=h sslrootcert={0} sslmode=require", SslMode.VerifyCA)]
    [InlineData("postgres://h/db?sslmode=prefer&sslrootcert={0}", SslMode.Prefer)]
    [InlineData("postgres://h/db?sslrootcert=system", SslMode.VerifyFull)]
    [InlineData("postgres://h/db?ssl=true", SslMode.Require)]
    [InlineData("postgres://h/db?ssl=false", SslMode.Disable)]
    [InlineData("postgres://h/db?sslaccept=strict&sslmode=require", SslMode.VerifyFull)]
    [InlineData("postgres://h/db?sslmode=require&sslaccept=accept_invalid_certs", SslMode.Require)]
    public void SslMode_InAnySpelling_IsThatOfLibpq(string text, SslMode expected)
    {
        var roots = Path.GetTempFileName();
        using var certificate = Certificates.SelfSigned(TimeSpan.FromDays(1));
        File.WriteAllText(roots, certificate.ExportCertificatePem());
        try
        {
            Read(text.Replace("{0}", roots, StringComparison.Ordinal)).SslMode.ShouldBe(expected);
        }
        finally
        {
            File.Delete(roots);
        }
    }

    [Fact]
    public void Parameters_OfAUrl_ReachTheDriver()
    {
        var driver = new NpgsqlConnectionStringBuilder(Read(
            "postgres://us%40er:p%2Fw@h/d%20b?application_name=shop&options=-c%20a%3Db"
                + "&channel_binding=require&schema=sales&connect_timeout=10").ConnectionString);
        (driver.Username, driver.Password, driver.Database).ShouldBe(("us@er", "p/w", "d b"));
        (driver.ApplicationName, driver.Options, driver.ChannelBinding, driver.SearchPath)
            .ShouldBe(("shop", "-c a=b", ChannelBinding.Require, "sales"));
    }

    [Fact]
    public void Driver_WhateverIsWritten_PoolsAndRemembersNothing()
    {
        var driver = new NpgsqlConnectionStringBuilder(Read(
            "Host=a,b;Target Session Attributes=primary;Load Balance Hosts=true;Pooling=true;Persist Security Info=true").ConnectionString);
        (driver.Pooling, driver.PersistSecurityInfo, driver.Host, driver.TargetSessionAttributes).ShouldBe((false, false, null, null));
    }

    private static PostgresSettings Read(string text)
    {
        var (context, errors) = Configured.Context(PostgresSettings.All, $"connectionString: '{text}'");
        var read = PostgresSettings.Read(context);
        errors.ToLines().ShouldBeEmpty();
        return read;
    }
}
