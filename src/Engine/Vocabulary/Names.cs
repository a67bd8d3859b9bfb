











namespace HealthAgent.Vocabulary;

/// <summary>All external telemetry names in one place. Changing one breaks dashboards and alerts.</summary>
internal static class Names
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Source = "HealthAgent";

    internal static class Attributes
    {
        public const string CheckName = "health_check.name";
        public const string CheckKind = "health_check.kind";
        public const string CheckTier = "health_check.tier";
        public const string CheckGroup = "health_check.group";
        public const string Impact = "health_check.impact";
        public const string State = "health_check.state";
        public const string PreviousState = "health_check.previous_state";
        public const string PreviousStateDuration = "health_check.previous_state.duration";
        public const string Outcome = "health_check.outcome";
        public const string Reason = "health_check.reason";
        public const string ValueName = "health_check.value.name";
        public const string Phase = "health_check.phase";
        public const string PhaseDuration = "health_check.phase.duration";
        public const string Step = "health_check.step";
        public const string RollUp = "health_agent.rollup";
        public const string ExportSignal = "health_agent.export.signal";
        public const string Action = "health_agent.action";
        public const string ActionOutcome = "health_agent.action.outcome";
        public const string ActionId = "health_agent.action.id";
        public const string Acknowledged = "health_check.acknowledged";
        public const string AcknowledgedBy = "health_check.acknowledged.by";
        public const string ErrorType = "error.type";
        public const string UserName = "user.name";
        public const string ClientAddress = "client.address";
        public const string SyntheticType = "user_agent.synthetic.type";
    }

    internal static class Metrics
    {
        public const string Status = "health_check.status";
        public const string Up = "health_check.up";
        public const string Info = "health_check.info";
        public const string Error = "health_check.error";
        public const string Objective = "health_check.objective";
        public const string Duration = "health_check.duration";
        public const string Executions = "health_check.executions";
        public const string Transitions = "health_check.transitions";
        public const string LastCompleted = "health_check.last_completed.timestamp";
        public const string Interval = "health_check.interval";
        public const string StatusSince = "health_check.status_since.timestamp";
        public const string CertificateNotAfter = "health_check.certificate.not_after.timestamp";
        public const string Flapping = "health_check.flapping";
        public const string Maintenance = "health_check.maintenance";
        public const string Suppressed = "health_check.suppressed";
        public const string Silenced = "health_check.silenced";
        public const string Acknowledged = "health_check.acknowledged";
        public const string Value = "health_check.value";
        public const string PhaseDuration = "health_check.phase.duration";
        public const string StepDuration = "health_check.step.duration";
        public const string StepError = "health_check.step.error";
        public const string RollUpStatus = "health_agent.rollup.status";
        public const string LastReloadSuccessful = "health_agent.config.last_reload_successful";
        public const string LastReloadSucceededAt = "health_agent.config.last_reload_success.timestamp";
        public const string SchedulerLag = "health_agent.scheduler.lag";
        public const string SchedulerRunning = "health_agent.scheduler.running";
        public const string SchedulerSkipped = "health_agent.scheduler.skipped";
        public const string MemoryUsed = "health_agent.memory.used";
        public const string MemoryLimit = "health_agent.memory.limit";
        public const string MemoryWaits = "health_agent.memory.waits";
        public const string MemoryFailures = "health_agent.memory.failures";
        public const string Actions = "health_agent.actions";
        public const string ExportFailures = "health_agent.export.failures";
        public const string ExportLost = "health_agent.export.lost";
        public const string EventStreams = "health_agent.events.streams";
        public const string EventStreamsDropped = "health_agent.events.dropped";
        public const string HistoryFailures = "health_agent.history.failures";
        public const string LogDropped = "health_agent.log.dropped";
    }

    internal static class Events
    {
        public const string StateChanged = "health_check.state_changed";
        public const string FlappingStarted = "health_check.flapping_started";
        public const string FlappingStopped = "health_check.flapping_stopped";
        public const string ConfigReloaded = "health_agent.config_reloaded";
        public const string ConfigRejected = "health_agent.config_rejected";
        public const string Action = "health_agent.action";
        public const string ActionRefused = "health_agent.action_refused";
        public const string CredentialRefused = "health_agent.credential_refused";
        public const string Started = "health_agent.started";
        public const string Stopping = "health_agent.stopping";
    }
}
