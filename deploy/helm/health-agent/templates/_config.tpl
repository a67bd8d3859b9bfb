{{/* agent.yaml: what the values say, or else what the overlay of the same mode does, with the tokens of the Secret. */}}
{{- define "health-agent.config" -}}
{{- $overlay := .Files.Get (printf "files/%s.yaml" .Values.mode) | fromYaml }}
{{- $config := deepCopy .Values.config | default (omit $overlay "access") }}
{{- $tokens := list }}
{{- range $role := list "viewer" "operator" }}
{{- with index $.Values.tokens $role }}
{{- $tokens = append $tokens (dict "name" $role "role" $role "token" (printf "${file:/run/secrets/health-agent/%s}" .)) }}
{{- end }}
{{- end }}
{{- if .Values.tokens.existingSecret }}
{{- $config = merge $config (dict "access" (dict "tokens" $tokens)) }}
{{- end }}
{{- merge $config (dict "agent" (dict "listen" $overlay.agent.listen)) | toYaml }}
{{- end }}
