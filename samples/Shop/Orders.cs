using Microsoft.EntityFrameworkCore;

namespace Shop;

/// <summary>The shop's orders.</summary>
internal sealed class Orders(DbContextOptions<Orders> options, IConfiguration configuration) : DbContext(options)
{
    /// <summary>
    /// Whether orders can be read. The database in memory never fails; to see what happens when one does, create the file that
    /// <c>FailWhenExists</c> names.
    /// </summary>
    public async Task<bool> CanBeReadAsync(CancellationToken cancellation) =>
        await Database.CanConnectAsync(cancellation) && !File.Exists(configuration["FailWhenExists"]);
}
