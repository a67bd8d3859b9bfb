namespace HealthAgent.Agent.Commands;

/// <summary>A configuration that a command writes.</summary>
internal static class WrittenFile
{
    /// <summary>Where a configuration is looked for by itself.</summary>
    public const string DefaultPath = "agent.yaml";

    /// <summary>The path that stands for standard output.</summary>
    public const string StandardOutput = "-";

    /// <summary>Writes it, and says what comes next; the exit code.</summary>
    /// <param name="path">The file, or <see cref="StandardOutput"/>.</param>
    /// <param name="text">The configuration.</param>
    /// <param name="isForced">Whether a file of that name is overwritten.</param>
    public static int Write(string path, string text, bool isForced)
    {
        if (path == StandardOutput)
        {
            Console.Out.Write(text);
            return ExitCodes.Ok;
        }

        if (Directory.Exists(path))
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} is a directory; write the name of a file in it");
            return ExitCodes.CannotCreate;
        }

        try
        {
            using var file = new StreamWriter(File.Open(path, isForced ? FileMode.Create : FileMode.CreateNew, FileAccess.Write));
            file.Write(text);
        }
        catch (IOException) when (!isForced && File.Exists(path))
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} is there already; write --force to overwrite it, or another name");
            return ExitCodes.CannotCreate;
        }
        catch (DirectoryNotFoundException)
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} cannot be written: there is no such directory");
            return ExitCodes.CannotCreate;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Console.Error.WriteLine($"{PlainText.Line(path)} cannot be written: {PlainText.Line(e.Message)}");
            return ExitCodes.CannotCreate;
        }

        var config = path == DefaultPath ? "" : $" --config {PlainText.Line(path)}";
        Console.WriteLine($"{PlainText.Line(path)} is written. Next: health-agent validate{config}, health-agent check --all{config}");
        return ExitCodes.Ok;
    }
}
