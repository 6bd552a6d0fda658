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
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* root, name, more (labels of this object) -> the labels of an object, each once: the chart's own win. */}}
{{- define "synthsmith.labels" -}}
{{- $selector := include "synthsmith.selector" . | fromYaml -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" -}}
{{- $own := dict "app.kubernetes.io/part-of" "synthsmith" "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/managed-by" .root.Release.Service "helm.sh/chart" $chart -}}
{{- mustMerge $selector $own (.more | default dict) (.root.Values.global.commonLabels | default dict) | toYaml -}}
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

{{/* One for each release; what is too long ends in a digest, so that names stay different. */}}
{{- define "synthsmith.sandboxNamespace" -}}
{{- $name := printf "%s-%s-sandbox" .Release.Namespace (include "synthsmith.fullname" .) -}}
{{- if gt (len $name) 63 -}}
{{- $name = printf "%s-%s" (trunc 54 $name | trimSuffix "-") (sha256sum $name | trunc 8) -}}
{{- end -}}
{{- .Values.verifier.sandbox.namespace.name | default $name -}}
{{- end -}}
