{{/*
Files a Pod reads (without its secret it starts and says which one is missing), and a folder for what libraries write: `(list $ service part)`.
A migration reads none but who signed the database's certificate.
*/}}
{{- define "trunkline.volumes" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $part := index . 2 }}{{ $v := $root.Values }}
{{- $name := include "trunkline.name" $root -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- if hasKey $v.services $service }}
{{- if ne $part "migrate" }}
- name: keys
  secret:
    secretName: {{ $v.keys.secret }}
    defaultMode: 0440
    optional: true
    items:
      - {key: machines.jwks, path: machines.jwks}
      - {key: links.jwks, path: links.jwks}
      {{- if eq $service "cart" }}
      - {key: machines.jwk, path: machines.jwk}
      - {key: links.jwk, path: links.jwk}
      {{- end }}
{{- if (index $v.services $service).files }}
- name: files
  configMap: {name: {{ $name }}-{{ $service }}-files}
{{- end }}
{{- end }}
{{- if eq $v.postgresql.mode "cloudnativepg" }}
- name: postgresql-ca
  secret: {secretName: {{ $name }}-{{ $service }}-db-ca, optional: true, items: [{key: ca.crt, path: ca.crt}]}
{{- else if $v.postgresql.tls.secret }}
- name: postgresql-ca
  secret: {secretName: {{ $v.postgresql.tls.secret }}, optional: true, items: [{key: {{ $v.postgresql.tls.key }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- if ne $part "migrate" }}
{{- if eq $v.kafka.mode "strimzi" }}
- name: kafka-ca
  secret: {secretName: {{ include "trunkline.kafkaCluster" $root }}-cluster-ca-cert, optional: true, items: [{key: ca.crt, path: ca.crt}]}
{{- if eq $v.kafka.strimzi.authentication "tls" }}
- name: kafka-user
  secret: {secretName: {{ $name }}-{{ $service }}, defaultMode: 0440, optional: true, items: [{key: user.crt, path: user.crt}, {key: user.key, path: user.key}]}
{{- end }}
{{- else if $v.kafka.ca.secret }}
- name: kafka-ca
  secret: {secretName: {{ $v.kafka.ca.secret }}, optional: true, items: [{key: {{ $v.kafka.ca.key }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- end }}

{{- define "trunkline.mounts" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $part := index . 2 }}{{ $v := $root.Values -}}
- {name: tmp, mountPath: /tmp}
{{- if hasKey $v.services $service }}
{{- if ne $part "migrate" }}
- {name: keys, mountPath: /etc/trunkline/keys, readOnly: true}
{{- if (index $v.services $service).files }}
- {name: files, mountPath: /etc/trunkline/files, readOnly: true}
{{- end }}
{{- end }}
{{- if or (eq $v.postgresql.mode "cloudnativepg") $v.postgresql.tls.secret }}
- {name: postgresql-ca, mountPath: /etc/trunkline/postgresql, readOnly: true}
{{- end }}
{{- end }}
{{- if ne $part "migrate" }}
{{- if or (eq $v.kafka.mode "strimzi") $v.kafka.ca.secret }}
- {name: kafka-ca, mountPath: /etc/trunkline/kafka, readOnly: true}
{{- end }}
{{- if and (eq $v.kafka.mode "strimzi") (eq $v.kafka.strimzi.authentication "tls") }}
- {name: kafka-user, mountPath: /etc/trunkline/kafka-user, readOnly: true}
{{- end }}
{{- end }}
{{- end }}

{{/* What every Pod has: nobody's token, no root, nothing to write on. */}}
{{- define "trunkline.podSecurity" -}}
serviceAccountName: default
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* `(list $ service)` */}}
{{- define "trunkline.containerSecurity" -}}
image: {{ include "trunkline.image" . }}
imagePullPolicy: {{ (index . 0).Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}
