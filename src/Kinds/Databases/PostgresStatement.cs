namespace HealthAgent.Kinds.Databases;

/// <summary>A statement of several that are sent together.</summary>
/// <param name="Sql">One statement, with <c>$1</c>, <c>$2</c> for its values.</param>
/// <param name="Values">Its values, which are texts to the server.</param>
internal sealed record PostgresStatement(string Sql, params IReadOnlyList<string> Values)
{
    /// <summary>A statement without values.</summary>
    public static implicit operator PostgresStatement(string sql) => new(sql);
}

/// <summary>What became of a statement.</summary>
/// <param name="Rows">The rows that it wrote or deleted.</param>
/// <param name="Text">The first column of the first row that it returned; null where there is none.</param>
internal readonly record struct PostgresResult(ulong Rows, string? Text);
