namespace HealthAgent.Settings;

/// <summary>A part of a value: a text, or a reference to what a step captured, which is known only when a run has come to it.</summary>
/// <param name="Text">The text with its substitutions made; of a reference, as it is written.</param>
/// <param name="Reference">What is referred to; null for a text.</param>
internal readonly record struct TextPart(string Text, StepReference? Reference = null);
