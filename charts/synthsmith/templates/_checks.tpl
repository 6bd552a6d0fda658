{{/* What a schema cannot say: values that contradict each other, and those that would open the node. */}}
{{- define "synthsmith.checks" -}}
{{- $all := include "synthsmith.enabled" . | fromJson -}}
{{- $v := .Values -}}
{{- range $key, $_ := include "synthsmith.catalog" . | fromYaml -}}
{{- include "synthsmith.checkComponent" (dict "root" $ "key" $key "all" $all) -}}
{{- end -}}
{{- include "synthsmith.checkSandbox" . -}}
{{- with $v.endpoint -}}
{{- if and (eq .kind "external") (not .baseUrl) -}}
{{- fail "endpoint.kind is external: name the endpoint in endpoint.baseUrl" -}}
{{- end -}}
{{- if and (ne .kind "external") .baseUrl -}}
{{- fail (printf "endpoint.baseUrl is set, but endpoint.kind is %s: make it external, or remove baseUrl" .kind) -}}
{{- end -}}
{{- if and (eq .kind "teacher") .apiKey.existingSecret -}}
{{- fail "endpoint.apiKey is set, but the teacher asks for no key" -}}
{{- end -}}
{{- end -}}
{{- with $v.security -}}
{{- if and .tls.requireClientCertificate (not .tls.existingSecret) -}}
{{- fail "security.tls.requireClientCertificate needs security.tls.existingSecret" -}}
{{- end -}}
{{- if and .keys.existingSecret (not .ownKey.existingSecret) -}}
{{- fail "security.keys is set: the services need a key for each other, an operator's, in security.ownKey.existingSecret" -}}
{{- end -}}
{{- if not (or .keys.existingSecret .tls.requireClientCertificate $v.networkPolicy.enabled .allowAnonymous) -}}
{{- fail "anybody in the cluster could call the services: keep networkPolicy.enabled, or set security.keys, or security.tls.requireClientCertificate, or accept it by security.allowAnonymous=true" -}}
{{- end -}}
{{- end -}}
{{- if $v.networkPolicy.enabled -}}
{{- if and $v.monitoring.serviceMonitors.enabled (not $v.networkPolicy.scrapeFrom) -}}
{{- fail "monitoring.serviceMonitors are enabled, but nobody may scrape: name Prometheus in networkPolicy.scrapeFrom" -}}
{{- end -}}
{{- if and $v.global.otel.endpoint (not $v.networkPolicy.otlp.to) -}}
{{- fail "global.otel.endpoint is set, but nothing may be sent there: name the collector in networkPolicy.otlp.to" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* root, key, all */}}
{{- define "synthsmith.checkComponent" -}}
{{- $root := .root -}}{{- $key := .key -}}{{- $all := .all -}}
{{- $c := include "synthsmith.component" (dict "root" .root "key" .key) | fromJson -}}
{{- if $c.enabled -}}
{{- range $callee := $c.calls -}}
{{- if not (include "synthsmith.address" (dict "root" $root "key" $callee)) -}}
{{- fail (printf "%s calls %s: enable it, or set %s.externalAddress" $key $callee $callee) -}}
{{- end -}}
{{- end -}}
{{- if lt (int $c.v.terminationGracePeriodSeconds) (int (add $c.v.preStopSeconds $c.v.graceSeconds 5)) -}}
{{- fail (printf "%s.terminationGracePeriodSeconds must be at least preStopSeconds + graceSeconds + 5" $key) -}}
{{- end -}}
{{- if and $c.scaled (lt (int $c.v.autoscaling.maxReplicas) (int $c.v.autoscaling.minReplicas)) -}}
{{- fail (printf "%s.autoscaling.maxReplicas is less than minReplicas" $key) -}}
{{- end -}}
{{- if and (eq $c.v.autoscaling.kind "keda") (not $c.v.autoscaling.keda.query) -}}
{{- fail (printf "%s.autoscaling.keda.query must be set" $key) -}}
{{- end -}}
{{- range $c.v.extraVolumes -}}
{{- if hasKey . "hostPath" -}}
{{- fail (printf "%s.extraVolumes: %s is a hostPath; whoever has the node's docker.sock, or a folder it is in, is root there. The verifier has an engine of its own" $key .name) -}}
{{- end -}}
{{- end -}}
{{- range $c.v.extraEnv -}}
{{- if or (has .name (list "DOCKER_HOST" "SYNTHSMITH_CONFIG")) (hasPrefix "SYNTHSMITH_SERVER__" .name) -}}
{{- fail (printf "%s.extraEnv: %s is the chart's to decide" $key .name) -}}
{{- end -}}
{{- end -}}
{{- $decided := include "synthsmith.decided" (dict "root" $root "key" $key) | fromJson -}}
{{- range $name, $value := $c.v.settings -}}
{{- $mine := get $decided $name -}}
{{- if and (hasKey $decided $name) (not (kindIs "map" $mine)) -}}
{{- fail (printf "%s.settings.%s is the chart's to decide" $key $name) -}}
{{- end -}}
{{- if kindIs "map" $mine -}}
{{- range $inner, $_ := $value -}}
{{- if hasKey $mine $inner -}}
{{- fail (printf "%s.settings.%s.%s is the chart's to decide" $key $name $inner) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "synthsmith.checkSandbox" -}}
{{- $s := .Values.verifier.sandbox -}}
{{- if (include "synthsmith.component" (dict "root" . "key" "verifier") | fromJson).enabled -}}
{{- if and (eq $s.profile "dind-privileged") (not $s.dangerouslyAllowPrivilegedOnNode) -}}
{{- fail "verifier.sandbox.profile dind-privileged: a program that escapes its container is root on the node. Set dangerouslyAllowPrivilegedOnNode=true if the nodes hold nothing else" -}}
{{- end -}}
{{- if and (ne $s.profile "dind-privileged") $s.dangerouslyAllowPrivilegedOnNode -}}
{{- fail "verifier.sandbox.dangerouslyAllowPrivilegedOnNode is for the profile dind-privileged alone" -}}
{{- end -}}
{{- /* Where the gate is off, hostUsers is dropped in silence, and privileged means the node. */ -}}
{{- if and (eq $s.profile "dind-userns") (not $s.userNamespacesAssured) (semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail "verifier.sandbox.profile dind-userns needs user namespaces, which Kubernetes has by default from 1.33: use gvisor or kata, or set userNamespacesAssured=true if the feature gate is on" -}}
{{- end -}}
{{- if and $s.runtimeClassName (not (has $s.profile (list "gvisor" "kata"))) -}}
{{- fail "verifier.sandbox.runtimeClassName is for the profiles gvisor and kata" -}}
{{- end -}}
{{- if and $s.namespace.create (eq (include "synthsmith.sandboxNamespace" .) .Release.Namespace) -}}
{{- fail "verifier.sandbox.namespace.create: the release's own namespace is there already" -}}
{{- end -}}
{{- range $s.engine.extraArgs -}}
{{- if regexMatch "^(-H|--host)" . -}}
{{- fail "verifier.sandbox.engine.extraArgs: the engine listens on its socket alone" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
