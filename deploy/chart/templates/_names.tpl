{{/* Names and labels. `(list $ service part)` is what most take. */}}
{{- define "trunkline.name" -}}
{{- if contains "trunkline" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-trunkline" (.Release.Name | trunc 30 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "trunkline.kafkaCluster" -}}
{{- .Values.kafka.strimzi.cluster | default (printf "%s-kafka" (include "trunkline.name" .)) }}
{{- end }}

{{- define "trunkline.kafkaUrl" -}}
{{ if eq .Values.kafka.mode "strimzi" }}{{ include "trunkline.kafkaCluster" . }}-kafka-bootstrap:9093{{ else }}{{ .Values.kafka.url }}{{ end }}
{{- end }}

{{- define "trunkline.own" -}}
app.kubernetes.io/name: trunkline
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "trunkline.labels" -}}
{{ include "trunkline.own" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "trunkline.selector" -}}
{{- $root := index . 0 -}}
{{ include "trunkline.own" $root }}
app.kubernetes.io/component: {{ index . 1 }}
trunkline/part: {{ index . 2 }}
{{- end }}

{{/* `(list $ service)`: its own image, or that of all. */}}
{{- define "trunkline.image" -}}
{{- $root := index . 0 -}}
{{- $own := dig (index . 1) "image" dict $root.Values.services -}}
{{- if and $own.repository (not $own.tag) (hasPrefix "sha256:" $root.Values.image.tag) }}
{{- fail (printf "services.%s.image: image.tag is the digest of another image; set services.%s.image.tag, too" (index . 1) (index . 1)) }}
{{- end }}
{{- $tag := $own.tag | default $root.Values.image.tag | default $root.Chart.AppVersion -}}
{{ $own.repository | default $root.Values.image.repository }}{{ if hasPrefix "sha256:" $tag }}@{{ else }}:{{ end }}{{ $tag }}
{{- end }}

{{/* Which processes a service has: `all`, or each by itself. The one with HTTP for others is `web` or `all`. */}}
{{- define "trunkline.parts" -}}
{{ if eq .Values.mode "all" }}all{{ else }}web worker relay{{ end }}
{{- end }}

{{- define "trunkline.face" -}}
{{ if eq .Values.mode "all" }}all{{ else }}web{{ end }}
{{- end }}

{{/* Secrets that this release itself brings are there only after its first objects. */}}
{{- define "trunkline.bringsSecrets" -}}
{{ if or (eq .Values.postgresql.mode "cloudnativepg") (eq .Values.kafka.mode "strimzi") .Values.externalSecrets.enabled }}yes{{ end }}
{{- end }}
