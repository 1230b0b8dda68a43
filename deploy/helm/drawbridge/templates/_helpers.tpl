{{- define "drawbridge.name" -}}
{{ if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- define "drawbridge.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "drawbridge.labels" -}}
{{ include "drawbridge.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "drawbridge.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The settings: plain ones in the environment, secrets and certificates as files of which it names the paths. */}}
{{- define "drawbridge.environment" -}}
{{- range $name, $value := .Values.settings }}
- {name: DRAWBRIDGE_{{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- range $name, $key := .Values.secrets.keys }}
- {name: DRAWBRIDGE_{{ $name }}_FILE, value: {{ printf "/run/secrets/drawbridge/%s" $key | quote }}}
{{- end }}
{{- if .Values.certificates.name }}
{{- range $name, $file := .Values.certificates.files }}
- {name: DRAWBRIDGE_{{ $name }}, value: {{ printf "/run/secrets/certificates/%s" $file | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "drawbridge.mounts" -}}
- {name: secrets, mountPath: /run/secrets/drawbridge, readOnly: true}
{{- if .Values.certificates.name }}
- {name: certificates, mountPath: /run/secrets/certificates, readOnly: true}
{{- end }}
{{- end }}

{{- define "drawbridge.volumes" -}}
- name: secrets
  secret: {secretName: {{ .Values.secrets.name }}, defaultMode: 0440}
{{- if .Values.certificates.name }}
- name: certificates
  secret: {secretName: {{ .Values.certificates.name }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{- define "drawbridge.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "drawbridge.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
