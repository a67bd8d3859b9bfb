using HealthAgent.Expectations;

namespace HealthAgent.Settings;

/// <summary>Finds what a step captured; null, with an error, where nothing can be there.</summary>
/// <param name="reference">What is referred to.</param>
/// <param name="error">Why there is none.</param>
internal delegate CapturedValue? FindCaptured(StepReference reference, out string? error);

/// <summary>
/// Puts captured values into the text of a setting, escaped for where they go: what is written around them decides the structure, and
/// no captured value can change it. Declared with the setting; called with sample values when it is planned, and with what was captured
/// when a run has come to it.
/// </summary>
/// <param name="parts">The text of the setting in parts, at least one of which is a captured value.</param>
/// <param name="settings">The other settings, on which the format may depend.</param>
/// <param name="key">The key that the text stands under.</param>
/// <param name="error">Why a value cannot stand where it is written, or does not fit there.</param>
/// <returns>The text; null with an error.</returns>
internal delegate string? CapturedForm(IReadOnlyList<CapturedPart> parts, SettingsReader settings, string key, out string? error);

/// <summary>A part of a text: written, or captured.</summary>
/// <param name="Text">What is written; of a captured value, the reference.</param>
/// <param name="Value">The captured value; null for what is written.</param>
internal readonly record struct CapturedPart(string Text, CapturedValue? Value = null);
