using HealthAgent.Integration.Support;

namespace HealthAgent.Integration.Packaging;

/// <summary>The package for Debian, on a Debian with a systemd of its own.</summary>
public sealed class DebianPackageTests(DebianPackages packages) : IClassFixture<DebianPackages>
{
    private const string Yaml = "/etc/health-agent/agent.yaml", Version = "1.0.0", NextVersion = "1.2.4-alpha.0.4";

    [Fact]
    public async Task Package_OfTheSameThings_IsTheSameBytes_AndLintianHasNothingToSay()
    {
        var (first, second) = (await packages.OfAsync(NextVersion), await packages.PackAsync(NextVersion));
        await using var machine = await SystemdMachine.StartAsync(first);

        (await File.ReadAllBytesAsync(first)).ShouldBe(await File.ReadAllBytesAsync(second));
        Path.GetFileName(first).ShouldStartWith("health-agent_1.2.4~alpha.0.4_");
        (await machine.RunAsync("lintian", "--allow-root", "--fail-on", "warning", $"/files/{Path.GetFileName(first)}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Service_Installed_RunsWithoutRoot_ReloadsAndTakesCredentials()
    {
        await using var machine = await InstalledAsync(await packages.OfAsync(Version));

        await UntilAsync(machine, "StatusText", "3 healthy");
        (await machine.RunAsync("systemctl", "is-enabled", "health-agent")).Trim().ShouldBe("enabled");
        (await machine.RunAsync("health-agent", "healthcheck")).Trim().ShouldBe("ok");
        (await machine.RunAsync("stat", "-c", "%U", $"/proc/{await machine.ShowAsync("MainPID")}")).Trim()
            .ShouldNotBe("root", StringComparer.Ordinal);
        await machine.RunAsync("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/health-agent.service");
        await machine.RunAsync("systemd-analyze", "security", "--threshold=20", "health-agent");

        // A mistake: the reload fails and says which, and nothing else changes.
        var before = await machine.ShowAsync("MainPID");
        await machine.WriteAsync(Yaml, "checks:\n  - { name: one, kind: memry }\n");
        (await machine.TryAsync("systemctl", "reload", "health-agent")).ExitCode.ShouldNotBe(0);
        (await machine.RunAsync("journalctl", "-u", "health-agent")).ShouldContain("did you mean 'memory'?");
        (await machine.ShowAsync("ActiveState")).ShouldBe("active");

        await machine.WriteAsync(Yaml, "checks:\n  - { name: one, kind: memory }\n");
        await machine.RunAsync("systemctl", "reload", "health-agent");
        await UntilAsync(machine, "StatusText", "1 healthy");
        (await machine.ShowAsync("MainPID")).ShouldBe(before);

        // A secret that only root can read.
        await machine.WriteAsync("/etc/health-agent/secrets/orders-db", "Host=127.0.0.1;Port=1;Username=agent;Password=so-secret");
        await machine.RunAsync("chmod", "-R", "go=", "/etc/health-agent/secrets");
        await machine.WriteAsync(
            "/etc/systemd/system/health-agent.service.d/credentials.conf",
            "[Service]\nLoadCredential=orders-db:/etc/health-agent/secrets/orders-db\n");
        await machine.WriteAsync(
            Yaml,
            "checks:\n  - { name: db, kind: postgres, failureThreshold: 1, "
                + "connectionString: \"${file:${env:CREDENTIALS_DIRECTORY}/orders-db}\" }\n");
        await machine.RunAsync("systemctl", "daemon-reload");
        await machine.RunAsync("systemctl", "restart", "health-agent");
        await UntilAsync(machine, "StatusText", "1 unhealthy");
        var journal = await machine.RunAsync("journalctl", "-u", "health-agent");
        journal.ShouldContain("Connection refused");
        journal.ShouldNotContain("so-secret");

        await machine.RunAsync("systemctl", "stop", "health-agent");
        (await machine.ShowAsync("Result")).ShouldBe("success");
    }

    [Fact]
    public async Task Service_ThatHangs_IsRestartedByItsWatchdog()
    {
        await using var machine = await InstalledAsync(await packages.OfAsync(Version));
        await machine.WriteAsync("/etc/systemd/system/health-agent.service.d/fast.conf", "[Service]\nWatchdogSec=2s\nRestartSec=100ms\n");
        await machine.RunAsync("systemctl", "daemon-reload");
        await machine.RunAsync("systemctl", "restart", "health-agent");

        await machine.RunAsync("kill", "-STOP", await machine.ShowAsync("MainPID"));

        await UntilAsync(machine, "NRestarts", "1");
        await UntilAsync(machine, "ActiveState", "active");
        (await machine.RunAsync("journalctl", "-u", "health-agent")).ShouldContain("Watchdog timeout");
    }

    [Fact]
    public async Task Package_Upgraded_KeepsWhatWasEdited_AndPurgedLeavesNothing()
    {
        var (old, next) = (await packages.OfAsync(Version), await packages.OfAsync(NextVersion));
        await using var machine = await InstalledAsync(old, next);
        var edited = "# Edited.\nchecks:\n  - { name: mine, kind: memory }\n";
        await machine.WriteAsync(Yaml, edited);
        var before = await machine.ShowAsync("MainPID");

        await machine.RunAsync("dpkg", "--install", $"/files/{Path.GetFileName(next)}");
        (await machine.RunAsync("cat", Yaml)).ShouldBe(edited);
        await UntilAsync(machine, "StatusText", "1 healthy");
        (await machine.ShowAsync("MainPID")).ShouldNotBe(before, StringComparer.Ordinal);

        // Installed again, and again configured: the scripts bear it. What an administrator stopped and disabled stays so.
        await machine.RunAsync("systemctl", "disable", "--now", "health-agent");
        await machine.RunAsync("dpkg", "--install", $"/files/{Path.GetFileName(next)}");
        await machine.RunAsync("dpkg-reconfigure", "health-agent");
        (await machine.TryAsync("systemctl", "is-enabled", "health-agent")).Output.Trim().ShouldBe("disabled");

        await machine.RunAsync("dpkg", "--remove", "health-agent");
        (await machine.RunAsync("cat", Yaml)).ShouldBe(edited);
        await machine.RunAsync("dpkg", "--purge", "health-agent");
        (await machine.RunAsync("find", "/etc", "/usr", "/var/lib", "-name", "*health-agent*")).ShouldBeEmpty();
        (await machine.TryAsync("systemctl", "cat", "health-agent")).ExitCode.ShouldNotBe(0);
    }

    /// <summary>A machine on which the first of packages is installed, as <c>apt install ./FILE</c> does it.</summary>
    private static async Task<SystemdMachine> InstalledAsync(params string[] packages)
    {
        var machine = await SystemdMachine.StartAsync(packages);
        await machine.RunAsync("dpkg", "--install", $"/files/{Path.GetFileName(packages[0])}");
        await UntilAsync(machine, "ActiveState", "active");
        return machine;
    }

    private static Task UntilAsync(SystemdMachine machine, string property, string value) => Eventually.TrueAsync(
        () => machine.ShowAsync(property), shown => shown == value, $"{property} is {value}");
}
