using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HealthAgent.Integration.Scenarios;

/// <summary>The way from an order to its shipping: a queue in a real RabbitMQ, and the worker that consumes it.</summary>
internal sealed class ShopShipping : IAsyncDisposable
{
    private const string Queue = "shipping", Full = "shipping-full";
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private ShopShipping(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<ShopShipping> StartAsync(string url, ShopOrders orders)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        // It confirms each message and keeps none.
        var keepsNone = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 0 };
        await channel.QueueDeclareAsync(Full, durable: true, exclusive: false, autoDelete: false, keepsNone);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
            orders.ShipAsync(long.Parse(Encoding.UTF8.GetString(message.Body.Span), CultureInfo.InvariantCulture));
        await channel.BasicConsumeAsync(Queue, autoAck: true, consumer);
        return new ShopShipping(connection, channel);
    }

    public ValueTask SendAsync(long order, bool toTheFullQueue) => _channel.BasicPublishAsync(
        exchange: "", toTheFullQueue ? Full : Queue, mandatory: true, Encoding.UTF8.GetBytes(order.ToString(CultureInfo.InvariantCulture)));

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
