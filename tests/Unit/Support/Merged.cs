using HealthAgent.Checks;
using HealthAgent.Configuration;
using HealthAgent.Files;
using HealthAgent.Kinds;
using HealthAgent.Planning;
using HealthAgent.Settings;
using HealthAgent.Yaml;

namespace HealthAgent.Unit.Support;

/// <summary>A plan put together by hand and further sources, merged.</summary>
internal static class Merged
{
    public static AgentPlan Of(AgentPlan plan, params IReadOnlyList<IPlanSource> sources)
    {
        Errors(plan, sources).ShouldBeEmpty();
        return Merge(plan, sources).ToPlan();
    }

    public static IReadOnlyList<string> Errors(AgentPlan plan, params IReadOnlyList<IPlanSource> sources) => Merge(plan, sources).Errors;

    /// <summary>A file's part, read from text.</summary>
    public static PlanPart File(string yaml)
    {
        var errors = new ConfigurationErrors("agent.yaml");
        var source = new FileSource(new ConfigurationFile("agent.yaml"), new KindIndex(CheckKinds.All), _ => null);
        return YamlTree.Read(yaml, errors) is { } root
            ? source.PartOf(AgentOptionsReader.Read(root, errors, new Substitution(_ => null, new FilesRead())), errors)
            : new PlanPart(source, errors);
    }

    private static PlanMerge Merge(AgentPlan plan, IReadOnlyList<IPlanSource> sources) =>
        PlanMerge.Of(plan, [.. sources.Prepend(new FixedSource(plan)).Select(PlanPart.ReadNow)]);
}
