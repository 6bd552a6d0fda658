{{/* The names, labels and images of everything. */}}

{{- define "synthsmith.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What never changes in the life of a release: selectors hold nothing else. */}}
{{- define "synthsmith.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "synthsmith.labels" -}}
{{ include "synthsmith.selector" . }}
app.kubernetes.io/part-of: synthsmith
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.global.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* root, image, repository (where the image names none), tag (the same). A digest wins over a tag. */}}
{{- define "synthsmith.image" -}}
{{- $registry := .image.registry | default .root.Values.global.imageRegistry -}}
{{- $repository := .image.repository | default .repository -}}
{{- $name := ternary (printf "%s/%s" $registry $repository) $repository (ne $registry "") -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.image.tag | default .tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "synthsmith.sandboxNamespace" -}}
{{- .Values.verifier.sandbox.namespace.name | default (printf "%s-sandbox" .Release.Namespace | trunc 63 | trimSuffix "-") -}}
{{- end -}}
