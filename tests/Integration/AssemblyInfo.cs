using Xunit.Sdk;
using Xunit.v3;

// Meters and activity sources are the process' own: agents side by side would be told of each other's runs.
[assembly: Parallelization(Mode = ParallelMode.None)]
