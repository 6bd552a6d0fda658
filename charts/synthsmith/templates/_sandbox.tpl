{{/*
The pod of the verifier has an engine of its own beside it, on a socket that only this pod sees. What runs programs is
the engine's container: its resources bound them all, but with dind-privileged, whose engine has the node's control groups.
*/}}

{{- define "synthsmith.engineHost" -}}
unix:///run/sandbox/docker.sock
{{- end -}}

{{/* root, c -> what differs from the pods of other components. */}}
{{- define "synthsmith.sandboxPod" -}}
{{- $root := .root -}}{{- $v := .c.v -}}{{- $s := .root.Values.verifier.sandbox -}}
{{- if eq $s.profile "dind-userns" }}
# Root in the engine is nobody on the node.
hostUsers: false
{{- end }}
{{- with $s.runtimeClassName | default (get (dict "gvisor" "gvisor" "kata" "kata") $s.profile) }}
runtimeClassName: {{ . }}
{{- end }}
securityContext:
  # The engine is root, so what is not is said by each container.
  seccompProfile: {type: RuntimeDefault}
initContainers:
  {{- if eq $s.image.source "archive" }}
  - name: sandbox-archive
    image: {{ include "synthsmith.image" (dict "root" $root "image" $s.image.archive "repository" "synthsmith-sandbox-archive") }}
    imagePullPolicy: {{ $s.image.archive.pullPolicy }}
    command: [cp, {{ $s.image.archive.path }}, /archive/sandbox.tar]
    securityContext: {{- include "synthsmith.securityContext" . | nindent 6 }}
    resources: {{- toYaml $s.image.archive.resources | nindent 6 }}
    volumeMounts:
      - {name: archive, mountPath: /archive}
  {{- end }}
  - name: engine
    {{- include "synthsmith.engine" . | nindent 4 }}
  {{- if eq $s.image.source "archive" }}
  - name: sandbox-image
    image: {{ include "synthsmith.engineImage" . }}
    imagePullPolicy: {{ $s.engine.image.pullPolicy }}
    command: [docker, --host={{ include "synthsmith.engineHost" . }}, load, --input=/archive/sandbox.tar]
    securityContext: {{- include "synthsmith.securityContext" . | nindent 6 }}
    resources: {{- toYaml $s.image.archive.resources | nindent 6 }}
    volumeMounts:
      - {name: archive, mountPath: /archive, readOnly: true}
      - {name: engine-socket, mountPath: /run/sandbox}
      - {name: tmp, mountPath: /tmp}
  {{- end }}
  {{- with $v.initContainers }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end -}}

{{- define "synthsmith.engineImage" -}}
{{- $image := .root.Values.verifier.sandbox.engine.image -}}
{{- $tag := ternary $image.gvisorTag $image.tag (eq .root.Values.verifier.sandbox.profile "gvisor") -}}
{{- include "synthsmith.image" (dict "root" .root "image" (omit $image "tag") "repository" "docker" "tag" $tag) -}}
{{- end -}}

{{- define "synthsmith.engine" -}}
{{- $s := .root.Values.verifier.sandbox -}}
{{- $host := include "synthsmith.engineHost" . -}}
{{- $question := printf "{command: [docker, --host=%s, info]}" $host -}}
image: {{ include "synthsmith.engineImage" . }}
imagePullPolicy: {{ $s.engine.image.pullPolicy }}
# Begins before the verifier and ends after it.
restartPolicy: Always
# With `dockerd` as its first word the image's entry point opens no port. Programs have no network, so there is no
# bridge either. The group is the verifier's.
args:
  - dockerd
  - --host={{ $host }}
  - --group=65532
  - --bridge=none
  - --iptables=false
  - --ip6tables=false
  {{- range $s.engine.extraArgs }}
  - {{ . | quote }}
  {{- end }}
securityContext:
  {{- if eq $s.profile "gvisor" }}
  # All capabilities are those of gVisor's kernel, not the node's.
  privileged: false
  capabilities: {add: [ALL]}
  {{- else if eq $s.profile "dind-userns" }}
  # All that a user namespace has to give, and no more: a privileged container would see the node's control groups, in
  # which it may make none.
  privileged: false
  allowPrivilegeEscalation: true
  capabilities: {add: [ALL]}
  procMount: Unmasked
  seccompProfile: {type: Unconfined}
  appArmorProfile: {type: Unconfined}
  {{- else }}
  privileged: true
  {{- end }}
  runAsUser: 0
  runAsNonRoot: false
  readOnlyRootFilesystem: false
startupProbe: {exec: {{ $question }}, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 60}
# Busy engines answer late; one that hangs for minutes is begun anew.
livenessProbe: {exec: {{ $question }}, periodSeconds: 30, timeoutSeconds: 30, failureThreshold: 10}
resources: {{- toYaml $s.engine.resources | nindent 2 }}
volumeMounts:
  - {name: engine-socket, mountPath: /run/sandbox}
  - {name: engine-state, mountPath: /var/lib/docker}
{{- end -}}

{{- define "synthsmith.sandboxVolumes" -}}
{{- $s := .root.Values.verifier.sandbox -}}
- {name: engine-socket, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
{{- if eq $s.profile "gvisor" }}
# gVisor stacks file systems on memory only; it counts against the engine's memory.
- {name: engine-state, emptyDir: {medium: Memory, sizeLimit: {{ $s.engine.stateSize }}}}
{{- else }}
- {name: engine-state, emptyDir: {sizeLimit: {{ $s.engine.stateSize }}}}
{{- end }}
{{- if eq $s.image.source "archive" }}
- {name: archive, emptyDir: {sizeLimit: 2Gi}}
{{- end }}
{{- end -}}
