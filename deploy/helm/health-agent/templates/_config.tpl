{{/* agent.yaml: what the values say, or else what the overlay of the same mode does. */}}
{{- define "health-agent.config" -}}
{{- $overlay := .Files.Get (printf "files/%s.yaml" .Values.mode) | fromYaml }}
{{- $config := deepCopy .Values.config | default (omit $overlay "access") }}
{{- merge $config (dict "agent" (dict "listen" $overlay.agent.listen)) | toYaml }}
{{- end }}
