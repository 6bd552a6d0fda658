{{/* What pods see besides their image. */}}

{{/* root, c -> the mounts of a component's container. */}}
{{- define "synthsmith.mounts" -}}
{{- $root := .root -}}{{- $c := .c -}}
- {name: config, mountPath: /etc/synthsmith/config, readOnly: true}
{{- if ne $c.key "teacher" }}
{{- with $root.Values.security }}
{{- if .keys.existingSecret }}
- {name: keys, mountPath: /etc/synthsmith/keys, readOnly: true}
{{- end }}
{{- if and .ownKey.existingSecret $c.calls }}
- {name: own-key, mountPath: /etc/synthsmith/own-key, readOnly: true}
{{- end }}
{{- if .tls.existingSecret }}
- {name: tls, mountPath: /etc/synthsmith/tls, readOnly: true}
{{- end }}
{{- end }}
{{- end }}
- {name: tmp, mountPath: /tmp}
{{- if $c.stateful }}
- {name: state, mountPath: /var/lib/synthsmith}
{{- end }}
{{- if eq $c.key "verifier" }}
- {name: engine-socket, mountPath: /run/sandbox}
{{- end }}
{{- with $c.v }}
{{- with .extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "synthsmith.volumes" -}}
{{- $root := .root -}}{{- $c := .c -}}
{{- $isSandbox := eq $c.key "verifier" -}}
{{- /* Without a group of its own the sandbox's pod could read them only so. */ -}}
{{- $mode := ternary "0444" "0440" $isSandbox -}}
- name: config
  configMap:
    name: {{ include "synthsmith.fullname" $root }}
    items:
      - {key: {{ $c.name }}.toml, path: {{ $c.name }}.toml}
{{- if ne $c.key "teacher" }}
{{- with $root.Values.security }}
{{- with .keys.existingSecret }}
- {name: keys, secret: {secretName: {{ . }}, defaultMode: {{ $mode }}, items: [{key: {{ $root.Values.security.keys.key }}, path: keys.toml}]}}
{{- end }}
{{- /* Who calls nobody shows it to nobody. */}}
{{- if and .ownKey.existingSecret $c.calls }}
- {name: own-key, secret: {secretName: {{ .ownKey.existingSecret }}, defaultMode: {{ $mode }}, items: [{key: {{ .ownKey.key }}, path: key}]}}
{{- end }}
{{- with .tls.existingSecret }}
- {name: tls, secret: {secretName: {{ . }}, defaultMode: {{ $mode }}, items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}, {key: ca.crt, path: ca.crt}]}}
{{- end }}
{{- end }}
{{- end }}
- {name: tmp, emptyDir: {sizeLimit: 1Gi}}
{{- if $c.stateful }}
{{- $p := $c.v.persistence }}
{{- if $p.enabled }}
- {name: state, persistentVolumeClaim: {claimName: {{ $p.existingClaim | default $c.full }}}}
{{- else }}
- {name: state, emptyDir: {sizeLimit: {{ $p.size }}}}
{{- end }}
{{- end }}
{{- if $isSandbox }}
{{ include "synthsmith.sandboxVolumes" . }}
{{- end }}
{{- with $c.v }}
{{- with .extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
