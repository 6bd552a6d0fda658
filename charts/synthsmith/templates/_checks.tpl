{{/* What a schema cannot say: values that contradict each other, and those that would open the node. */}}
{{- define "synthsmith.checks" -}}
{{- $all := include "synthsmith.enabled" . | fromJson -}}
{{- $v := .Values -}}
{{- range $key, $_ := include "synthsmith.catalog" . | fromYaml -}}
{{- include "synthsmith.checkComponent" (dict "root" $ "key" $key "all" $all) -}}
{{- end -}}
{{- include "synthsmith.checkSandbox" . -}}
{{- include "synthsmith.checkLabels" (dict "where" "global.commonLabels" "labels" $v.global.commonLabels) -}}
{{- if $v.defaults.serviceAccount.name -}}
{{- fail "defaults.serviceAccount.name: each component has an account of its own; name it below the component" -}}
{{- end -}}
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
{{- with $v.global.otel.endpoint -}}
{{- include "synthsmith.checkPorts" (dict "what" "global.otel.endpoint" "address" . "usual" 4317 "where" "networkPolicy.otlp.port" "open" (list $v.networkPolicy.otlp.port)) -}}
{{- end -}}
{{- if and $all.gateway $v.endpoint.baseUrl -}}
{{- include "synthsmith.checkPorts" (dict "what" "endpoint.baseUrl" "address" $v.endpoint.baseUrl "where" "networkPolicy.endpoint.ports" "open" $v.networkPolicy.endpoint.ports) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* root, key, all */}}
{{- define "synthsmith.checkComponent" -}}
{{- $root := .root -}}{{- $key := .key -}}{{- $all := .all -}}
{{- $c := include "synthsmith.component" (dict "root" .root "key" .key) | fromJson -}}
{{- if $c.enabled -}}
{{- range $callee := $c.calls -}}
{{- $address := include "synthsmith.address" (dict "root" $root "key" $callee) -}}
{{- if not $address -}}
{{- fail (printf "%s calls %s: enable it, or set %s.externalAddress" $key $callee $callee) -}}
{{- end -}}
{{- if and $root.Values.networkPolicy.enabled (not (hasKey $all $callee)) -}}
{{- if not $root.Values.networkPolicy.external.to -}}
{{- fail (printf "%s calls %s at %s.externalAddress, but nothing may be sent there: name where it is in networkPolicy.external.to" $key $callee $callee) -}}
{{- end -}}
{{- include "synthsmith.checkPorts" (dict "what" (printf "%s.externalAddress" $callee) "address" $address "where" "networkPolicy.external.ports" "open" $root.Values.networkPolicy.external.ports) -}}
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
{{- /* The services read their variables whatever the case. */ -}}
{{- if regexMatch "^(?i)(synthsmith_.*|docker_host)$" .name -}}
{{- fail (printf "%s.extraEnv: %s is the chart's to decide; what a service reads is in %s.settings" $key .name $key) -}}
{{- end -}}
{{- end -}}
{{- $contexts := dict "podSecurityContext" $c.v.podSecurityContext "securityContext" $c.v.securityContext -}}
{{- range $containers := list "initContainers" "sidecars" -}}
{{- range get $c.v $containers -}}
{{- $_ := set $contexts (printf "%s, %s" $containers .name) .securityContext -}}
{{- end -}}
{{- end -}}
{{- range $where, $context := $contexts -}}
{{- include "synthsmith.checkRights" (dict "where" (printf "%s.%s" $key $where) "context" $context) -}}
{{- end -}}
{{- include "synthsmith.checkLabels" (dict "where" (printf "%s.podLabels" $key) "labels" $c.v.podLabels) -}}
{{- if or (and (eq $key "gateway") ($c.v.settings.endpoint | default dict).api_key) (and (eq $key "teacher") $c.v.settings.api_key) -}}
{{- fail (printf "%s.settings: api_key would be in a ConfigMap, which is no place for a key. A Secret with that of an external endpoint or of vLLM is named in endpoint.apiKey.existingSecret; the teacher asks for none" $key) -}}
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

{{/* where, labels -> refuses those that pods are selected by. */}}
{{- define "synthsmith.checkLabels" -}}
{{- range $label, $_ := .labels -}}
{{- if has $label (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component") -}}
{{- fail (printf "%s: pods are selected by %s, which is the chart's to decide" $.where $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* what, address, usual, where, open -> refuses an address at ports that no policy opens. */}}
{{- define "synthsmith.checkPorts" -}}
{{- $open := list -}}
{{- range .open -}}
{{- $open = append $open (int .) -}}
{{- end -}}
{{- range include "synthsmith.portsOf" . | fromJsonArray -}}
{{- if not (has (int .) $open) -}}
{{- fail (printf "%s has port %d, and %s does not: let them agree" $.what (int .) $.where) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* where, context (a security context, or null) -> refuses what the engine alone may have. */}}
{{- define "synthsmith.checkRights" -}}
{{- $c := .context | default dict -}}
{{- $asked := list -}}
{{- range $name := list "privileged" "allowPrivilegeEscalation" "procMount" -}}
{{- if get $c $name -}}{{- $asked = append $asked $name -}}{{- end -}}
{{- end -}}
{{- if ($c.capabilities | default dict).add -}}
{{- $asked = append $asked "capabilities.add" -}}
{{- end -}}
{{- if and (hasKey $c "runAsUser") (eq (toString $c.runAsUser) "0") -}}
{{- $asked = append $asked "runAsUser 0" -}}
{{- end -}}
{{- if $asked -}}
{{- fail (printf "%s: %s is for the engine alone; all others keep to the restricted standard" .where (join ", " $asked)) -}}
{{- end -}}
{{- end -}}

{{- define "synthsmith.checkSandbox" -}}
{{- $s := .Values.verifier.sandbox -}}
{{- if (include "synthsmith.component" (dict "root" . "key" "verifier") | fromJson).enabled -}}
{{- if and (eq $s.profile "dind-privileged") (not $s.dangerouslyAllowPrivilegedOnNode) -}}
{{- fail "verifier.sandbox.profile dind-privileged: a program that escapes its container is root on the node. Set dangerouslyAllowPrivilegedOnNode=true if the nodes hold nothing else" -}}
{{- end -}}
{{- /* Whatever the profile is called, what holds programs is the runtime that the class names. */ -}}
{{- $says := get (dict "gvisor" "(?i)(gvisor|runsc)" "kata" "(?i)kata") $s.profile -}}
{{- $isUnknown := and $s.runtimeClassName (not (regexMatch $says $s.runtimeClassName)) -}}
{{- if and $isUnknown (not $s.dangerouslyAllowPrivilegedOnNode) -}}
{{- fail (printf "verifier.sandbox.runtimeClassName %s does not say that it is %s: with another runtime a program that escapes its container is root on the node. Take a class whose name says it, or set dangerouslyAllowPrivilegedOnNode=true" $s.runtimeClassName $s.profile) -}}
{{- end -}}
{{- if and $s.dangerouslyAllowPrivilegedOnNode (not $isUnknown) (ne $s.profile "dind-privileged") -}}
{{- fail "verifier.sandbox.dangerouslyAllowPrivilegedOnNode is for the profile dind-privileged, and for runtime classes of gvisor and kata that are called otherwise" -}}
{{- end -}}
{{- /* Where the gate is off, hostUsers is dropped in silence, and the capabilities are the node's. */ -}}
{{- if and (eq $s.profile "dind-userns") (not $s.userNamespacesAssured) (semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail "verifier.sandbox.profile dind-userns needs user namespaces, which Kubernetes has by default from 1.33: use gvisor or kata, or set userNamespacesAssured=true if the feature gates UserNamespacesSupport and ProcMountType are on" -}}
{{- end -}}
{{- if and $s.runtimeClassName (eq $s.profile "dind-privileged") -}}
{{- fail "verifier.sandbox.runtimeClassName is for the profiles dind-userns, gvisor and kata" -}}
{{- end -}}
{{- with ($s.engine.resources.limits | default dict).cpu -}}
{{- $cores := ternary (divf (trimSuffix "m" .) 1000) (float64 .) (hasSuffix "m" .) | floor -}}
{{- if gt (float64 $s.slots) $cores -}}
{{- fail (printf "verifier.sandbox.slots is %d, but verifier.sandbox.engine.resources.limits.cpu is %s: each program that runs needs a core" (int $s.slots) .) -}}
{{- end -}}
{{- end -}}
{{- /* The engine may not make its containers harder to kill than its own pod is, and asks for what a Guaranteed one is. */ -}}
{{- if eq $s.profile "dind-userns" -}}
{{- $verifier := (include "synthsmith.component" (dict "root" . "key" "verifier") | fromJson).v -}}
{{- $all := dict "verifier.resources" $verifier.resources "verifier.sandbox.engine.resources" $s.engine.resources -}}
{{- if eq $s.image.source "archive" -}}
{{- $_ := set $all "verifier.sandbox.image.archive.resources" $s.image.archive.resources -}}
{{- end -}}
{{- range $where, $resources := $all -}}
{{- range $resource := list "cpu" "memory" -}}
{{- $limit := get ($resources.limits | default dict) $resource -}}
{{- if or (not $limit) (ne $limit (get ($resources.requests | default dict) $resource | default $limit)) -}}
{{- fail (printf "%s: with dind-userns the %s that is requested must be what the limit is, so that the pod is Guaranteed: in others the engine may not start a container" $where $resource) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $s.namespace.create (eq (include "synthsmith.sandboxNamespace" .) .Release.Namespace) -}}
{{- fail "verifier.sandbox.namespace.create: the release's own namespace is there already" -}}
{{- end -}}
{{- range $s.engine.extraArgs -}}
{{- if regexMatch "^(-[A-Za-z]*H|--(hosts?|config-file)(=|$))" . -}}
{{- fail (printf "verifier.sandbox.engine.extraArgs: %s could open a port; the engine listens on its socket alone" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
