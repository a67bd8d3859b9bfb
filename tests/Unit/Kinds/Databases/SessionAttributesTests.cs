using HealthAgent.Kinds.Databases;

namespace HealthAgent.Unit.Kinds.Databases;

public sealed class SessionAttributesTests
{
    [Theory]
    [InlineData(null, "any")]
    [InlineData("any", "any")]
    [InlineData("Read-Write", "read-write")]
    [InlineData("prefer-standby", "standby, any")]
    [InlineData("prefer-primary", "primary, any")]
    public void Choices_OfWhatIsWritten_AreInOrder(string? written, string expected) =>
        string.Join(", ", SessionAttributes.Choices(written)).ShouldBe(expected);

    // A primary, a primary whose sessions are read-only by default, a standby.
    [Theory]
    [InlineData("any", "yes yes yes")]
    [InlineData("primary", "yes yes no")]
    [InlineData("standby", "no no yes")]
    [InlineData("read-write", "yes no no")]
    [InlineData("read-only", "no yes yes")]
    public void Server_WhateverItIs_DoesOrNot(string wanted, string expected)
    {
        (bool InRecovery, bool ReadOnly)[] servers = [(false, false), (false, true), (true, false)];
        string.Join(' ', servers.Select(
            server => SessionAttributes.Mismatch(wanted, server.InRecovery, server.ReadOnly) is null ? "yes" : "no")).ShouldBe(expected);
    }
}
