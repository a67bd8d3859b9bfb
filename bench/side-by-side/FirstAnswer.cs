using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace HealthAgent.SideBySide;

/// <summary>Starts a program and asks it until it answers 200.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Prints the id of the process and the milliseconds until its first answer; stops the process when it is stopped itself.
    /// </summary>
    public static async Task RunAsync(Uri url, string program, IEnumerable<string> arguments)
    {
        var request = Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n");
        var address = new IPEndPoint(IPAddress.Parse(url.Host), url.Port);
        using var end = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.Cancel();
        });
        // Once before anything counts: the first time, .NET compiles the way there.
        Answers(address, request);
        var since = TimeProvider.System.GetTimestamp();
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!Answers(address, request))
            {
                if (process.HasExited || TimeProvider.System.GetElapsedTime(since) > Patience)
                {
                    throw new InvalidOperationException($"{program} does not answer");
                }

                // On one of two cores, asking without pause would slow what is asked.
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            }

            var took = TimeProvider.System.GetElapsedTime(since);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process.Id} {took.TotalMilliseconds:0.0}"));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static bool Answers(IPEndPoint address, byte[] request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address);
            socket.Send(request);
            var answer = new byte[16];
            var length = socket.Receive(answer);
            return length >= 12 && answer.AsSpan(9, 3).SequenceEqual("200"u8);
        }
        catch (SocketException)
        {
            // It does not listen yet.
            return false;
        }
    }
}
