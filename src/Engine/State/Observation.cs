using System.Globalization;
using HealthAgent.Checks;
using HealthAgent.Expectations;

namespace HealthAgent.State;

/// <summary>What an observed value means, and so its type.</summary>
internal enum ObservationMeaning
{
    /// <summary>How long the run took until it was judged, which is no news beside the run's duration: a <see cref="TimeSpan"/>.</summary>
    Latency,

    /// <summary>The length of a phase of the run: a <see cref="TimeSpan"/>.</summary>
    Phase,

    /// <summary>Any other time span.</summary>
    Duration,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A number of hundredths.</summary>
    Percent,

    /// <summary>A number of bytes.</summary>
    Size,

    /// <summary>A text of one line.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A <see cref="DateTimeOffset"/>.</summary>
    Time,

    /// <summary>When the peer's certificate expires: a <see cref="DateTimeOffset"/>.</summary>
    CertificateEnd,
}

/// <summary>One value that a run observed, with the meaning that its kind declared.</summary>
internal readonly record struct Observation
{
    // The declaration, or the name of what nobody declared. As one reference: there are a dozen of these per check.
    private readonly object _what;

    /// <summary>A value with what is declared of it.</summary>
    /// <param name="declared">The kind's declaration; null where there is none, as for the data of a check registered in code.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">A boolean, number, <see cref="TimeSpan"/>, <see cref="DateTimeOffset"/>, or a text that may be shown.</param>
    public Observation(ObservedValue? declared, string name, object value) => (_what, Value) = (declared ?? (object)name, value);

    /// <summary>The name in conditions and answers, and of <c>health_check.value</c>.</summary>
    public string Name => Declared?.Name ?? (string)_what;

    /// <summary>The value, of the type that its meaning has.</summary>
    public object Value { get; }

    /// <summary>Whether it is a value of its own, and not how long the run or a phase of it took.</summary>
    public bool IsValue => Meaning is not (ObservationMeaning.Phase or ObservationMeaning.Latency);

    /// <summary>What it means.</summary>
    public ObservationMeaning Meaning => Value switch
    {
        TimeSpan when ReferenceEquals(_what, CheckKind.Latency) => ObservationMeaning.Latency,
        TimeSpan => Declared is { IsPhase: true } ? ObservationMeaning.Phase : ObservationMeaning.Duration,
        DateTimeOffset => ReferenceEquals(_what, CheckKind.CertificateEnd) ? ObservationMeaning.CertificateEnd : ObservationMeaning.Time,
        bool => ObservationMeaning.Boolean,
        string => ObservationMeaning.Text,
        _ => Declared?.Type switch
        {
            ObservedType.Percent => ObservationMeaning.Percent,
            ObservedType.Size => ObservationMeaning.Size,
            _ => ObservationMeaning.Number,
        },
    };

    /// <summary>The value as it is shown to people, with its unit.</summary>
    public string Text => ValueText.Of(Value, Meaning switch
    {
        ObservationMeaning.Percent => ObservedType.Percent,
        ObservationMeaning.Size => ObservedType.Size,
        ObservationMeaning.Number => ObservedType.Number,
        ObservationMeaning.Text => ObservedType.Text,
        _ => ObservedType.Duration,
    });

    /// <summary>What is declared of it; null where nothing is.</summary>
    public ObservedValue? Declared => _what as ObservedValue;

    /// <summary>A value with its meaning, as it comes from another process.</summary>
    public static Observation Of(string name, ObservationMeaning meaning, object value) => new(
        meaning switch
        {
            ObservationMeaning.Latency => CheckKind.Latency,
            ObservationMeaning.CertificateEnd => CheckKind.CertificateEnd,
            ObservationMeaning.Phase => new ObservedValue(name, ObservedType.Duration, "") { IsPhase = true },
            ObservationMeaning.Percent => new ObservedValue(name, ObservedType.Percent, ""),
            ObservationMeaning.Size => new ObservedValue(name, ObservedType.Size, ""),
            _ => null,
        },
        name,
        value);

    /// <summary>Whether name, meaning and value are the same; numbers by their digits, whatever their types.</summary>
    public bool Equals(Observation other) =>
        Name == other.Name && Meaning == other.Meaning && Comparable(Value).Equals(Comparable(other.Value));

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Meaning, Comparable(Value));

    private static object Comparable(object value) => value is bool or TimeSpan or DateTimeOffset or string
        ? value
        : ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
}
