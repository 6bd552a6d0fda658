{{/* The configuration file. Helm's own toToml writes 2 as 2.0, which whole numbers do not accept. */}}

{{/* path, table -> a TOML table and those below it. A JSON scalar or list of scalars is a TOML one as well. */}}
{{- define "synthsmith.toml" -}}
{{- $path := .path -}}
{{- $lines := list -}}
{{- range $key, $value := .table -}}
{{- if not (or (kindIs "map" $value) (kindIs "invalid" $value)) -}}
{{- $lines = append $lines (printf "%s = %s" (include "synthsmith.tomlKey" $key) (toJson $value)) -}}
{{- end -}}
{{- end -}}
{{- if $lines }}
[{{ $path }}]
{{ join "\n" $lines }}
{{ end -}}
{{- range $key, $value := .table -}}
{{- if kindIs "map" $value -}}
{{- include "synthsmith.toml" (dict "path" (printf "%s.%s" $path (include "synthsmith.tomlKey" $key)) "table" $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "synthsmith.tomlKey" -}}
{{- if regexMatch "^[A-Za-z0-9_-]+$" . }}{{ . }}{{ else }}{{ toJson . }}{{ end -}}
{{- end -}}

{{/* root, key -> what the chart decides of a component's own table, as JSON. */}}
{{- define "synthsmith.decided" -}}
{{- $root := .root -}}
{{- $table := dict -}}
{{- if eq .key "gateway" -}}
{{- $endpoint := dict "base_url" (include "synthsmith.endpoint" $root) "model" $root.Values.endpoint.model -}}
{{- if $root.Values.endpoint.apiKey.existingSecret -}}
{{- $_ := set $endpoint "api_key_env" "MODEL_API_KEY" -}}
{{- end -}}
{{- $table = dict "store_path" "/var/lib/synthsmith/gateway.sqlite" "endpoint" $endpoint -}}
{{- else if eq .key "orchestrator" -}}
{{- $services := dict -}}
{{- range $callee := list "featureEvolver" "gateway" "solver" "taskSynth" "testGen" "verifier" -}}
{{- $table := get (get (include "synthsmith.catalog" $root | fromYaml) $callee) "table" -}}
{{- $_ := set $services $table (include "synthsmith.address" (dict "root" $root "key" $callee)) -}}
{{- end -}}
{{- $table = dict "store" "/var/lib/synthsmith/orchestrator" "services" $services -}}
{{- else if eq .key "verifier" -}}
{{- $sandbox := $root.Values.verifier.sandbox -}}
{{- $table = dict "docker_host" (include "synthsmith.engineHost" $root) "slots" $sandbox.slots "pool_size" $sandbox.poolSize "http_port" 7116 -}}
{{- else if ne .key "teacher" -}}
{{- $table = dict "gateway_address" (include "synthsmith.address" (dict "root" $root "key" "gateway")) -}}
{{- if has .key (list "testGen" "trainer") -}}
{{- $_ := set $table "verifier_address" (include "synthsmith.address" (dict "root" $root "key" "verifier")) -}}
{{- end -}}
{{- if eq .key "trainer" -}}
{{- $_ := set $table "store" "/var/lib/synthsmith/trainer" -}}
{{- end -}}
{{- end -}}
{{- toJson $table -}}
{{- end -}}

{{/* root, c -> the table [security] of a component, as JSON. */}}
{{- define "synthsmith.securityTable" -}}
{{- $s := .root.Values.security -}}
{{- if eq .c.key "teacher" -}}
{{- /* A model's stand-in has nothing to guard, and the gateway shows endpoints no keys of ours. */ -}}
{{- toJson (dict "allow_anonymous" true) -}}
{{- else -}}
{{- $table := dict "reload_seconds" $s.reloadSeconds -}}
{{- if $s.keys.existingSecret -}}
{{- $_ := set $table "keys_file" "/etc/synthsmith/keys/keys.toml" -}}
{{- end -}}
{{- if and $s.ownKey.existingSecret .c.calls -}}
{{- $_ := set $table "key_file" "/etc/synthsmith/own-key/key" -}}
{{- end -}}
{{- if $s.tls.existingSecret -}}
{{- $_ := set $table "certificate_file" "/etc/synthsmith/tls/tls.crt" -}}
{{- $_ := set $table "private_key_file" "/etc/synthsmith/tls/tls.key" -}}
{{- $_ := set $table "authority_file" "/etc/synthsmith/tls/ca.crt" -}}
{{- $_ := set $table "require_client_certificate" $s.tls.requireClientCertificate -}}
{{- end -}}
{{- /* Without keys the network policies are what keeps strangers out. */ -}}
{{- if not (or $s.keys.existingSecret $s.tls.requireClientCertificate) -}}
{{- $_ := set $table "allow_anonymous" true -}}
{{- end -}}
{{- toJson $table -}}
{{- end -}}
{{- end -}}

{{/* root, c -> the text of a component's configuration file. */}}
{{- define "synthsmith.file" -}}
{{- $root := .root -}}{{- $c := .c -}}
{{- $telemetry := dict "log" $root.Values.global.log "log_format" $root.Values.global.logFormat -}}
{{- $file := dict "telemetry" $telemetry "security" (include "synthsmith.securityTable" . | fromJson) -}}
{{- if ne $c.key "test" -}}
{{- $host := $root.Values.global.listenAddress -}}
{{- $listen := dict "listen" (printf "%s:%d" $host (int $c.port)) "admin_listen" (printf "%s:%d" $host (int $c.adminPort)) "grace_seconds" $c.v.graceSeconds -}}
{{- $_ := set $file "server" (dict $c.table (mustMergeOverwrite (deepCopy $c.v.serverSettings) $listen)) -}}
{{- $decided := include "synthsmith.decided" (dict "root" $root "key" $c.key) | fromJson -}}
{{- $_ := set $file $c.table (mustMergeOverwrite (deepCopy $c.v.settings) $decided) -}}
{{- end -}}
{{- range $name, $table := $file -}}
{{- include "synthsmith.toml" (dict "path" $name "table" $table) -}}
{{- end -}}
{{- end -}}
