using Npgsql;

namespace HealthAgent.Integration.Scenarios;

/// <summary>The orders of a shop, in a real Postgres.</summary>
internal sealed class ShopOrders : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private long _lastForgotten = 1_000_000;

    private ShopOrders(NpgsqlDataSource database) => _database = database;

    public static async Task<ShopOrders> CreateAsync(string connectionString)
    {
        var orders = new ShopOrders(NpgsqlDataSource.Create(connectionString));
        await orders.AskAsync("create table orders (id bigint generated always as identity primary key, state text not null)");
        return orders;
    }

    public async Task<long> AddAsync() => (long)(await AskAsync("insert into orders (state) values ('accepted') returning id"))!;

    /// <summary>The number of an order that is in no table.</summary>
    public long Forget() => Interlocked.Increment(ref _lastForgotten);

    public async Task<string?> StateAsync(long id) => (string?)await AskAsync("select state from orders where id = $1", id);

    public Task ShipAsync(long id) => AskAsync("update orders set state = 'shipped' where id = $1", id);

    public Task RemoveAsync(long id) => AskAsync("delete from orders where id = $1", id);

    public async Task<long> CountAsync() => (long)(await AskAsync("select count(*) from orders"))!;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<object?> AskAsync(string sql, params long[] parameters)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = parameter });
        }

        return await command.ExecuteScalarAsync() is not DBNull and var value ? value : null;
    }
}
