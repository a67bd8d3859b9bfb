using HealthAgent.Integration;
using Xunit.Sdk;
using Xunit.v3;

// Tests mostly wait: for containers, for intervals of checks, for minutes of Dagu's cron. Agents are processes of their own, so that
// none observes another's runs.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 4)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
