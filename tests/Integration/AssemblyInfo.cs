using Xunit.Sdk;
using Xunit.v3;

// Meters and activity sources are process-wide: parallel agents would observe each other's runs.
[assembly: Parallelization(Mode = ParallelMode.None)]
