using System.IO.Compression;
using System.Text;
using HealthAgent.State;
using HealthAgent.Unit.Support;

namespace HealthAgent.Unit.Kinds.Network;

/// <summary>Content codings of bodies.</summary>
public sealed class HttpCodingTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("x-GZIP")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("deflate-raw")]
    [InlineData("gzip, br")]
    [InlineData("deflate, gzip, deflate-raw")]
    [InlineData("identity, gzip")]
    public async Task Body_ThatIsCompressed_IsReadAndSoAreItsHeaders(string codings)
    {
        var text = string.Concat(Enumerable.Repeat("Störung ", 1000));
        var bytes = codings.Split(", ").Aggregate(Encoding.UTF8.GetBytes(text), Compress);
        var header = codings.Replace("-raw", "", StringComparison.Ordinal);
        await using var target = Saying("text/plain", bytes, $"Content-Encoding: {header}\r\n");
        var judgement = await JudgeAsync(
            target,
            $"expect: ['body == \"{text}\"', 'header Content-Encoding == \"{header}\"', header Content-Length == {bytes.Length}, "
                + "transferSize < 1KiB]");
        judgement.Reason.ShouldBeNull();
        judgement.Observed("bodySize").ShouldBe(9000);
        judgement.Observed("transferSize").ShouldBe((long)bytes.Length);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("none")]
    [InlineData("identity")]
    public async Task Coding_ThatIsNone_ChangesNothing(string coding)
    {
        await using var target = Saying("text/plain", "OK"u8, $"Content-Encoding: {coding}\r\n");
        (await JudgeAsync(target, "expect: [body == OK, transferSize == 2]")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("expect: body contains OK", true)]
    [InlineData("expect: body not contains OK", true)]
    [InlineData("expect: bodySize > 0", true)]
    [InlineData("expect: json $.a == 1", true)]
    [InlineData("expect: transferSize == 2", false)]
    [InlineData("", false)]
    public async Task Coding_ThatIsUnknown_FailsWhatNeedsTheBody(string written, bool fails)
    {
        await using var target = Saying("text/plain", "OK"u8, "Content-Encoding: zstd\r\n");
        var judgement = await JudgeAsync(target, written);
        judgement.ErrorType.ShouldBe(fails ? ErrorType.Protocol : null);
        judgement.Reason.ShouldBe(fails ? "the body's content coding 'zstd' is not supported; supported: gzip, deflate, br" : null);
        judgement.Observed("bodySize").ShouldBeNull();
        judgement.Observed("transferSize").ShouldBe(2L);
    }

    [Fact]
    public async Task Codings_WithoutEnd_AreRefused()
    {
        await using var target = Saying("text/plain", "OK"u8, $"Content-Encoding: {string.Join(',', Enumerable.Repeat("gzip", 1000))}\r\n");
        (await JudgeAsync(target, "expect: body == OK")).Reason.ShouldBe("the body has 1000 content codings; at most 4 are decoded");
    }

    [Theory]
    [InlineData("gzip", 0)]
    [InlineData("deflate", 0)]
    [InlineData("br", 0)]
    [InlineData("gzip", 1)]
    [InlineData("deflate", 1)]
    [InlineData("deflate-raw", 1)]
    [InlineData("br", 1)]
    [InlineData("gzip", 9)]
    [InlineData("gzip", 40)]
    [InlineData("deflate", 40)]
    [InlineData("deflate-raw", 40)]
    [InlineData("br", 30)]
    public async Task Body_ThatDoesNotDecompressOrEndsEarly_IsProtocol(string coding, int kept)
    {
        var whole = Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500))), coding);
        var bytes = kept == 0 ? "nonsense, and not compressed"u8.ToArray() : kept == 1 ? whole[..^1] : whole[..kept];
        var header = coding.Replace("-raw", "", StringComparison.Ordinal);
        await using var target = Saying("text/plain", bytes, $"Content-Encoding: {header}\r\n");
        foreach (var written in new[] { "", "expect: body contains 1" })
        {
            var judgement = await JudgeAsync(target, written);
            judgement.ErrorType.ShouldBe(ErrorType.Protocol);
            judgement.Reason.ShouldBe($"the body could not be decompressed as {header}");
            judgement.Observed("status").ShouldBe(200);
            judgement.Observed("transferSize").ShouldBeOfType<long>().ShouldBeInRange(1, bytes.Length);
        }
    }

    [Fact]
    public async Task Body_ThatIsCompressedAndBreaksOff_IsProtocol()
    {
        var bytes = Compress(new byte[5000], "gzip");
        await using var target = TcpTarget.Saying(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n{Encoding.Latin1.GetString(bytes.AsSpan(0, 20))}");
        (await JudgeAsync(target)).ErrorType.ShouldBe(ErrorType.Protocol);
    }

    [Fact]
    public async Task Garbage_AfterTheCompressedBody_IsPassedOver()
    {
        await using var target =
            Saying("text/plain", [.. Compress("OK"u8.ToArray(), "gzip"), .. "\0\0garbage"u8], "Content-Encoding: gzip\r\n");
        (await JudgeAsync(target, "expect: body == OK")).Reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("GET", "200 OK", "Content-Length: 0")]
    [InlineData("GET", "204 No Content", "")]
    [InlineData("GET", "204 No Content", "Content-Length: 500")]
    [InlineData("GET", "304 Not Modified", "Content-Length: 500")]
    [InlineData("HEAD", "200 OK", "Content-Length: 500")]
    public async Task Body_ThatThereIsNone_NeedsNoDecompression(string method, string status, string header)
    {
        await using var target =
            TcpTarget.Saying($"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\n{header}{(header.Length > 0 ? "\r\n" : "")}\r\n");
        var judgement = await JudgeAsync(
            target, $"method: {method}", "expect: [status < 400, bodySize == 0, body not contains x, header Content-Encoding == gzip]");
        judgement.Reason.ShouldBeNull();
    }

    private static byte[] Compress(byte[] bytes, string coding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = coding.ToLowerInvariant() switch
        {
            "br" => new BrotliStream(compressed, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Optimal),
            "deflate-raw" => new DeflateStream(compressed, CompressionLevel.Optimal),
            "identity" => new BufferedStream(compressed),
            _ => new GZipStream(compressed, CompressionLevel.Optimal),
        })
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static TcpTarget Saying(string type, ReadOnlySpan<byte> body, string headers = "", int status = 200) => TcpTarget.Saying(
        $"HTTP/1.1 {status} X\r\n{(type.Length > 0 ? $"Content-Type: {type}\r\n" : "")}{headers}"
            + $"Content-Length: {body.Length}\r\n\r\n{Encoding.Latin1.GetString(body)}");

    private static Task<CheckVerdict> JudgeAsync(TcpTarget target, params string[] lines) =>
        CheckRun.JudgeAsync(["kind: http", $"url: http://127.0.0.1:{target.Port}/", .. lines]);
}
