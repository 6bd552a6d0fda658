{{/* The pod of a component. */}}

{{- define "synthsmith.securityContext" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* root, c -> the pods of a Deployment. */}}
{{- define "synthsmith.podTemplate" -}}
{{- $root := .root -}}{{- $c := .c -}}{{- $v := $c.v -}}
metadata:
  labels:
    {{- include "synthsmith.labels" (dict "root" $root "name" $c.name "more" $v.podLabels) | nindent 4 }}
  annotations:
    # A new configuration is a new pod; files of secrets are read again by the services themselves.
    {{- mustMerge (dict "checksum/config" (include "synthsmith.file" . | sha256sum)) $v.podAnnotations | toYaml | nindent 4 }}
spec:
  {{- include "synthsmith.placement" . | nindent 2 }}
  serviceAccountName: {{ $c.serviceAccount }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  {{- if eq $c.key "verifier" }}
  {{- include "synthsmith.sandboxPod" . | nindent 2 }}
  {{- else }}
  securityContext: {{- mustMergeOverwrite (dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 "fsGroupChangePolicy" "OnRootMismatch" "seccompProfile" (dict "type" "RuntimeDefault")) $v.podSecurityContext | toYaml | nindent 4 }}
  {{- with $v.initContainers }}
  initContainers: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  containers:
    - name: {{ $c.name }}
      {{- include "synthsmith.container" . | nindent 6 }}
    {{- with $v.sidecars }}{{ toYaml . | nindent 4 }}{{ end }}
  volumes:
    {{- include "synthsmith.volumes" . | nindent 4 }}
{{- end -}}

{{/* A selector -> the same for nodes that run our images, unless it names an architecture itself. */}}
{{- define "synthsmith.nodeSelector" -}}
nodeSelector: {{- mustMerge (deepCopy (. | default dict)) (dict "kubernetes.io/arch" "amd64") | toYaml | nindent 2 }}
{{- end -}}

{{/* root, c -> where the pod may run. */}}
{{- define "synthsmith.placement" -}}
{{- $root := .root -}}{{- $c := .c -}}{{- $v := .c.v -}}
{{- with $root.Values.global.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.priorityClassName | default $root.Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- if and $v.runtimeClassName (ne $c.key "verifier") }}
runtimeClassName: {{ $v.runtimeClassName }}
{{- end }}
{{ include "synthsmith.nodeSelector" ($v.nodeSelector | default $root.Values.global.nodeSelector) }}
{{- with $v.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.affinity }}
affinity: {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
{{- with $v.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  {{- $selector := dict "matchLabels" (include "synthsmith.selector" (dict "root" $root "name" $c.name) | fromYaml) }}
  - {{- tpl (toYaml (mustMerge (deepCopy .) (dict "labelSelector" $selector))) $root | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* root, c -> the component's own container. */}}
{{- define "synthsmith.container" -}}
{{- $root := .root -}}{{- $c := .c -}}{{- $v := .c.v -}}
image: {{ include "synthsmith.image" (dict "root" $root "image" $v.image "repository" (printf "synthsmith-%s" $c.name)) }}
imagePullPolicy: {{ $v.image.pullPolicy }}
{{- with $v.command }}
command: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $v.args }}
args: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- mustMergeOverwrite (include "synthsmith.securityContext" . | fromYaml) $v.securityContext | toYaml | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
env:
  {{- include "synthsmith.env" . | nindent 2 }}
{{- with $v.extraEnvFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - {name: {{ ternary "grpc" "http" (ne $c.service "") }}, containerPort: {{ $c.port }}}
  {{- with $c.httpPort }}
  - {name: http, containerPort: {{ . }}}
  {{- end }}
  - {name: admin, containerPort: {{ $c.adminPort }}}
{{- include "synthsmith.probes" . }}
{{- if $v.preStopSeconds }}
lifecycle:
  # Long enough that nobody is sent here any more when the service begins to drain.
  preStop: {sleep: {seconds: {{ $v.preStopSeconds }}}}
{{- end }}
resources: {{- toYaml $v.resources | nindent 2 }}
volumeMounts:
  {{- include "synthsmith.mounts" . | nindent 2 }}
{{- end -}}

{{- define "synthsmith.env" -}}
{{- $root := .root -}}{{- $c := .c -}}{{- $otel := .root.Values.global.otel -}}
- {name: SYNTHSMITH_CONFIG, value: /etc/synthsmith/config/{{ $c.name }}.toml}
{{- if eq $c.key "verifier" }}
# What `extraEnvFrom` brings loses against this: no other engine is used.
- {name: SYNTHSMITH_VERIFIER__DOCKER_HOST, value: {{ include "synthsmith.engineHost" . }}}
{{- end }}
{{- if and (eq $c.key "gateway") $root.Values.endpoint.apiKey.existingSecret }}
- name: MODEL_API_KEY
  valueFrom: {secretKeyRef: {name: {{ $root.Values.endpoint.apiKey.existingSecret }}, key: {{ $root.Values.endpoint.apiKey.key }}}}
{{- end }}
{{- if include "synthsmith.sends" (dict "root" $root "key" $c.key) }}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ $otel.endpoint | quote }}}
- {name: OTEL_RESOURCE_ATTRIBUTES, value: "service.instance.id=$(POD_NAME),k8s.pod.name=$(POD_NAME),k8s.node.name=$(NODE_NAME),k8s.namespace.name={{ $c.namespace }}"}
{{- range $name, $value := $otel.env }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- with $c.v.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Probes by grpc.health.v1. The kubelet speaks it without TLS only: with certificates it asks the admin port. */}}
{{- define "synthsmith.probes" -}}
{{- $c := .c -}}
{{- $isPlain := and (ne $c.service "") (eq .root.Values.security.tls.existingSecret "") -}}
{{- range $kind, $times := $c.v.probes }}
{{ $kind }}Probe:
  {{- if $isPlain }}
  grpc: {port: {{ $c.port }}, service: {{ ternary $c.service "" (eq $kind "readiness") | quote }}}
  {{- else }}
  httpGet: {path: /healthz, port: admin}
  {{- end }}
  {{- toYaml $times | nindent 2 }}
{{- end }}
{{- end -}}
