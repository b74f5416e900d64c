{{/* What a service is told: `(list $ service part)`. Each name is a setting of the service, in `env`, or in the check's list of what libraries read. */}}
{{- define "trunkline.environment" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $part := index . 2 }}{{ $v := $root.Values }}
{{- $own := index $v.services $service }}
{{- $name := include "trunkline.name" $root }}
- {name: HTTP_HOST, value: 0.0.0.0}
- {name: HTTP_PORT, value: "8000"}
- {name: HEALTH_PORT, value: "8000"}
{{- if has $part (list "web" "all") }}
- {name: DRAIN_SECONDS, value: {{ $v.drain.pause | quote }}}
{{- end }}
{{ include "trunkline.database" . }}
{{ include "trunkline.broker" . }}
- name: TRUSTED_ISSUERS
  value: {{ include "trunkline.issuers" $root | fromJsonArray | toJson | quote }}
{{- if eq $service "cart" }}
- {name: MACHINE_KEY_FILE, value: /etc/trunkline/keys/machines.jwk}
- {name: LINK_KEY_FILE, value: /etc/trunkline/keys/links.jwk}
- {name: PROVISIONING_URL, value: "http://{{ $name }}-provisioning:8000"}
{{- end }}
{{- if has $service (list "cart" "provisioning") }}
- {name: FORWARDED_ALLOW_IPS, value: "*"} # only the portal and the cart reach them, and they say who calls
{{- end }}
{{- if eq $service "portal" }}
{{- with $v.trustedProxies }}
- {name: FORWARDED_ALLOW_IPS, value: {{ join "," . | quote }}}
{{- end }}
- {name: PUBLIC_URL, value: {{ $v.publicUrl | quote }}}
- {name: LOGIN_ISSUER, value: {{ $v.login.issuer | quote }}}
- {name: LOGIN_CLIENT_ID, value: {{ $v.login.clientId | quote }}}
{{- range $other := list "catalog" "cart" "provisioning" "porting" "notification" }}
- {name: {{ upper $other }}_URL, value: "http://{{ $name }}-{{ $other }}:8000"}
{{- end }}
{{ include "trunkline.secretSetting" (list $own.secret "login_client_secret") }}
{{ include "trunkline.secretSetting" (list $own.secret "session_secret") }}
{{- if $v.crmWebhook }}
{{ include "trunkline.secretSetting" (list $own.secret "crm_webhook_secrets" "wanted") }}
{{- end }}
{{- end }}
{{- if eq $service "notification" }}
- {name: PUBLIC_URL, value: {{ $v.publicUrl | quote }}}
{{ include "trunkline.secretSetting" (list $own.secret "token_key") }}
{{- if $v.mailLogin }}
{{ include "trunkline.secretSetting" (list $own.secret "smtp_user" "wanted") }}
{{ include "trunkline.secretSetting" (list $own.secret "smtp_password" "wanted") }}
{{- end }}
{{- end }}
{{ include "trunkline.chosen" . }}
{{- end }}

{{/* A migration asks nobody but its database: the broker's address is only read, and no other secret has to be there. */}}
{{- define "trunkline.migrationEnvironment" -}}
{{ include "trunkline.database" . }}
- {name: KAFKA_URL, value: {{ include "trunkline.kafkaUrl" (index . 0) | quote }}}
{{ include "trunkline.chosen" . }}
{{- end }}

{{/* The service's settings over the shared ones, also where they are 0, false or empty; and `env`. */}}
{{- define "trunkline.chosen" -}}
{{- $v := (index . 0).Values }}{{ $told := dict }}
{{- range list $v.settings (index $v.services (index . 1)).settings }}{{ range $setting, $value := . }}{{ $_ := set $told $setting $value }}{{ end }}{{ end }}
{{- range $setting, $value := $told }}
- name: {{ upper $setting }}
  value: {{ if kindIs "string" $value }}{{ $value | quote }}{{ else }}{{ $value | toJson | quote }}{{ end }}
{{- end }}
{{- range $name, $value := $v.env }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{/*
`(list secret key)`: a secret's key is called as the setting. Optional where the setting itself has to be there: then the process starts and says
by name what is missing. With a third word the setting has a default, and the Pod doesn't start without the key.
*/}}
{{- define "trunkline.secretSetting" -}}
- name: {{ index . 1 | upper }}
  valueFrom: {secretKeyRef: {name: {{ index . 0 }}, key: {{ index . 1 }}, optional: {{ lt (len .) 3 }}}}
{{- end }}

{{- define "trunkline.database" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $v := $root.Values }}
{{- if eq $v.postgresql.mode "cloudnativepg" -}}
- name: DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ include "trunkline.name" $root }}-{{ $service }}-db-app, key: uri, optional: true}}
- {name: PGSSLMODE, value: verify-full}
- {name: PGSSLROOTCERT, value: /etc/trunkline/postgresql/ca.crt}
{{- else -}}
{{ include "trunkline.secretSetting" (list (index $v.services $service).secret "database_url") }}
- {name: PGSSLMODE, value: {{ $v.postgresql.tls.mode }}}
{{- if $v.postgresql.tls.secret }}
- {name: PGSSLROOTCERT, value: /etc/trunkline/postgresql/ca.crt}
{{- end }}
{{- end }}
{{- end }}

{{- define "trunkline.broker" -}}
{{- $root := index . 0 }}{{ $service := index . 1 }}{{ $v := $root.Values }}{{ $kafka := $v.kafka -}}
- {name: KAFKA_URL, value: {{ include "trunkline.kafkaUrl" $root | quote }}}
{{- if eq $kafka.mode "strimzi" }}
{{- $user := printf "%s-%s" (include "trunkline.name" $root) $service }}
- {name: KAFKA_CA_FILE, value: /etc/trunkline/kafka/ca.crt}
{{- if eq $kafka.strimzi.authentication "tls" }}
- {name: KAFKA_SECURITY, value: SSL}
- {name: KAFKA_CERTIFICATE_FILE, value: /etc/trunkline/kafka-user/user.crt}
- {name: KAFKA_KEY_FILE, value: /etc/trunkline/kafka-user/user.key}
{{- else }}
- {name: KAFKA_SECURITY, value: SASL_SSL}
- {name: KAFKA_MECHANISM, value: SCRAM-SHA-512}
- {name: KAFKA_USER, value: {{ $user }}}
- name: KAFKA_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $user }}, key: password, optional: true}}
{{- end }}
{{- else }}
- {name: KAFKA_SECURITY, value: {{ $kafka.security }}}
{{- if hasPrefix "SASL" $kafka.security }}
{{- $secret := ternary $kafka.topicsSecret "" (eq $service "topics") | default (index $v.services (ternary "catalog" $service (eq $service "topics"))).secret }}
- {name: KAFKA_MECHANISM, value: {{ $kafka.mechanism }}}
{{ include "trunkline.secretSetting" (list $secret "kafka_user") }}
{{ include "trunkline.secretSetting" (list $secret "kafka_password") }}
{{- end }}
{{- if $kafka.ca.secret }}
- {name: KAFKA_CA_FILE, value: /etc/trunkline/kafka/ca.crt}
{{- end }}
{{- end }}
{{- end }}

{{- define "trunkline.issuers" -}}
{{- list
  (dict "issuer" .Values.login.issuer "audience" .Values.login.clientId "jwks_url" .Values.login.jwksUrl)
  (dict "issuer" "machines" "audience" "trunkline" "jwks_file" "/etc/trunkline/keys/machines.jwks")
  (dict "issuer" "links" "audience" "trunkline" "jwks_file" "/etc/trunkline/keys/links.jwks" "links" true)
| toJson }}
{{- end }}
