{{/* Peers and rules of network policies. */}}

{{/* root, name, namespace -> the pods of a component. */}}
{{- define "synthsmith.peer" -}}
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ .namespace }}}}
  podSelector:
    matchLabels: {{- include "synthsmith.selector" . | nindent 6 }}
{{- end -}}

{{- define "synthsmith.dnsRule" -}}
- to: {{- toYaml .Values.networkPolicy.dns.to | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - {port: {{ . }}, protocol: UDP}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end -}}

{{/* Numbers -> the ports of a rule. */}}
{{- define "synthsmith.tcp" -}}
{{- $ports := list -}}
{{- range . -}}
{{- $ports = append $ports (dict "port" . "protocol" "TCP") -}}
{{- end -}}
{{- toYaml $ports -}}
{{- end -}}

{{/* address (one, or several with commas), usual (the port of one that names none; by default its scheme's) -> the ports, as JSON. */}}
{{- define "synthsmith.portsOf" -}}
{{- $usual := .usual | default (ternary 443 80 (hasPrefix "https://" .address)) -}}
{{- $ports := list -}}
{{- range splitList "," .address -}}
{{- $host := regexReplaceAll "^https?://" . "" | regexFind "^[^/?#]*" -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" $host | trimPrefix ":" | default $usual | int) -}}
{{- end -}}
{{- toJson $ports -}}
{{- end -}}

{{/* root, key -> whether a component sends traces and metrics. */}}
{{- define "synthsmith.sends" -}}
{{- if and .root.Values.global.otel.endpoint (or (ne .key "verifier") .root.Values.verifier.sandbox.otlp) -}}true{{- end -}}
{{- end -}}

{{/* root, key, all -> who may call a component. */}}
{{- define "synthsmith.ingress" -}}
{{- $root := .root -}}{{- $key := .key -}}{{- $c := get .all .key -}}{{- $np := .root.Values.networkPolicy -}}
{{- $callers := list -}}
{{- range $caller, $facts := .all -}}
{{- if has $key $facts.calls -}}
{{- $callers = append $callers (dict "root" $root "name" $facts.name "namespace" $facts.namespace) -}}
{{- end -}}
{{- end -}}
{{- if eq $key "teacher" -}}
{{- $callers = append $callers (dict "root" $root "name" "gateway" "namespace" $root.Release.Namespace) -}}
{{- end -}}
{{- if and (eq $key "orchestrator") $root.Values.tests.enabled -}}
{{- $callers = append $callers (dict "root" $root "name" "test" "namespace" $root.Release.Namespace) -}}
{{- end -}}
{{- if $callers }}
- from:
    {{- range $callers }}{{ include "synthsmith.peer" . | nindent 4 }}{{ end }}
  ports: [{port: {{ $c.port }}, protocol: TCP}]
{{- end }}
{{- with get $np.clients $key }}
- from: {{- toYaml . | nindent 4 }}
  ports:
    - {port: {{ $c.port }}, protocol: TCP}
    {{- with $c.httpPort }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}
{{- with $np.scrapeFrom }}
- from: {{- toYaml . | nindent 4 }}
  ports: [{port: {{ $c.adminPort }}, protocol: TCP}]
{{- end }}
{{- with $c.v.extraIngress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* root, key, all -> whom a component may call. The verifier: by default nobody, not even for names. */}}
{{- define "synthsmith.egress" -}}
{{- $root := .root -}}{{- $all := .all -}}{{- $c := get .all .key -}}{{- $np := .root.Values.networkPolicy -}}
{{- $sends := include "synthsmith.sends" . -}}
{{- $builds := and (eq .key "verifier") (eq $root.Values.verifier.sandbox.image.source "build") -}}
{{- if or $sends $builds (not (has .key (list "teacher" "verifier"))) }}
{{ include "synthsmith.dnsRule" $root }}
{{- end }}
{{- if $builds }}
# To build the sandbox's image: the image it is made from, and packages.
- to: {{- toYaml $root.Values.verifier.sandbox.image.build.to | nindent 4 }}
  ports: [{port: 80, protocol: TCP}, {port: 443, protocol: TCP}]
{{- end }}
{{- $isBeyond := false }}
{{- range $callee := $c.calls }}
{{- with get $all $callee }}
- to: {{- include "synthsmith.peer" (dict "root" $root "name" .name "namespace" .namespace) | nindent 4 }}
  ports: [{port: {{ .port }}, protocol: TCP}]
{{- else }}
{{- $isBeyond = true }}
{{- end }}
{{- end }}
{{- if $isBeyond }}
# Services that are no part of the release.
- to: {{- toYaml $np.external.to | nindent 4 }}
  ports: {{- include "synthsmith.tcp" $np.external.ports | nindent 4 }}
{{- end }}
{{- if eq .key "gateway" }}
{{- if eq $root.Values.endpoint.kind "external" }}
- to: {{- toYaml $np.endpoint.to | nindent 4 }}
  ports: {{- include "synthsmith.tcp" $np.endpoint.ports | nindent 4 }}
{{- else }}
- to: {{- include "synthsmith.peer" (dict "root" $root "name" $root.Values.endpoint.kind "namespace" $root.Release.Namespace) | nindent 4 }}
  ports: [{port: {{ ternary 8000 7180 (eq $root.Values.endpoint.kind "vllm") }}, protocol: TCP}]
{{- end }}
{{- end }}
{{- if and $sends $np.otlp.to }}
- to: {{- toYaml $np.otlp.to | nindent 4 }}
  ports: [{port: {{ $np.otlp.port }}, protocol: TCP}]
{{- end }}
{{- if ne .key "verifier" }}
{{- with $c.v.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
