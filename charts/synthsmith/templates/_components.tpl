{{/*
What the services are: fixed by their code, so no values. `calls` is the client graph; addresses, network policies and
the refusal of half a release follow from it. `table` is the table of the configuration.
*/}}
{{- define "synthsmith.catalog" -}}
gateway: {name: gateway, table: gateway, port: 7101, service: synthsmith.gateway.v1.GatewayService, stateful: true, calls: []}
featureEvolver: {name: feature-evolver, table: feature_evolver, port: 7102, service: synthsmith.feature_evolver.v1.FeatureEvolverService, calls: [gateway]}
taskSynth: {name: task-synth, table: task_synth, port: 7103, service: synthsmith.task_synth.v1.TaskSynthService, calls: [gateway]}
solver: {name: solver, table: solver, port: 7104, service: synthsmith.solver.v1.SolverService, calls: [gateway]}
testGen: {name: test-gen, table: test_gen, port: 7105, service: synthsmith.test_gen.v1.TestGenService, calls: [gateway, verifier]}
verifier: {name: verifier, table: verifier, port: 7106, httpPort: 7116, service: synthsmith.verifier.v1.VerifierService, calls: []}
orchestrator: {name: orchestrator, table: orchestrator, port: 7107, service: synthsmith.orchestrator.v1.OrchestratorService, stateful: true, calls: [featureEvolver, gateway, solver, taskSynth, testGen, verifier]}
trainer: {name: trainer, table: trainer, port: 7109, service: synthsmith.trainer.v1.TrainerService, stateful: true, calls: [gateway, verifier]}
teacher: {name: teacher, table: teacher, port: 7180, service: "", calls: []}
{{- end -}}

{{/* root, key -> one component with its values over the defaults, as JSON. */}}
{{- define "synthsmith.component" -}}
{{- $root := .root -}}
{{- $c := get (include "synthsmith.catalog" $root | fromYaml) .key -}}
{{- $v := mustMergeOverwrite (deepCopy $root.Values.defaults) (deepCopy (get $root.Values .key)) -}}
{{- $enabled := $v.enabled -}}
{{- if eq .key "teacher" -}}
{{- $enabled = eq $root.Values.endpoint.kind "teacher" -}}
{{- end -}}
{{- if $c.stateful -}}
{{- /* One file of a database has one writer. */ -}}
{{- $_ := set $v "replicaCount" 1 -}}
{{- $_ := set $v.autoscaling "kind" "none" -}}
{{- $_ := set $v.pdb "enabled" false -}}
{{- $_ := set $v "updateStrategy" (dict "type" "Recreate") -}}
{{- end -}}
{{- if eq .key "verifier" -}}
{{- /* Its nodes are others than those of the services, so their selector is none of its. */ -}}
{{- $_ := set $v "nodeSelector" ($root.Values.verifier.nodeSelector | default dict) -}}
{{- end -}}
{{- if eq (($v.updateStrategy | default dict).type | default "") "Recreate" -}}
{{- /* What the defaults say of rolling would be refused beside it. */ -}}
{{- $_ := set $v "updateStrategy" (dict "type" "Recreate") -}}
{{- end -}}
{{- $scaled := ne $v.autoscaling.kind "none" -}}
{{- $_ := set $c "key" .key -}}
{{- $_ := set $c "v" $v -}}
{{- $_ := set $c "enabled" $enabled -}}
{{- $_ := set $c "scaled" $scaled -}}
{{- $_ := set $c "leastReplicas" (ternary $v.autoscaling.minReplicas $v.replicaCount $scaled) -}}
{{- $_ := set $c "adminPort" (add $c.port 100) -}}
{{- $_ := set $c "full" (printf "%s-%s" (include "synthsmith.fullname" $root) $c.name) -}}
{{- $_ := set $c "namespace" (ternary (include "synthsmith.sandboxNamespace" $root) $root.Release.Namespace (eq .key "verifier")) -}}
{{- $_ := set $c "serviceAccount" ($v.serviceAccount.name | default (ternary $c.full "default" $v.serviceAccount.create)) -}}
{{- toJson $c -}}
{{- end -}}

{{/* All components that are part of the release, by key, as JSON. */}}
{{- define "synthsmith.enabled" -}}
{{- $all := dict -}}
{{- range $key, $_ := include "synthsmith.catalog" . | fromYaml -}}
{{- $c := include "synthsmith.component" (dict "root" $ "key" $key) | fromJson -}}
{{- if $c.enabled -}}
{{- $_ := set $all $key $c -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}

{{/* The pod of `helm test`, as far as it is like a component's, as JSON. */}}
{{- define "synthsmith.testPod" -}}
{{- toJson (dict "key" "test" "name" "test" "service" "" "stateful" false "calls" (list "orchestrator") "namespace" .Release.Namespace) -}}
{{- end -}}

{{- define "synthsmith.scheme" -}}
{{- ternary "https" "http" (ne .Values.security.tls.existingSecret "") -}}
{{- end -}}

{{/* root, key -> where a component is found: the name of all its pods, since clients take turns among addresses. */}}
{{- define "synthsmith.address" -}}
{{- $c := include "synthsmith.component" . | fromJson -}}
{{- if $c.enabled -}}
{{- printf "%s://%s-headless.%s.svc:%d" (include "synthsmith.scheme" .root) $c.full $c.namespace (int $c.port) -}}
{{- else -}}
{{- $c.v.externalAddress -}}
{{- end -}}
{{- end -}}

{{/* Where the model is asked. The teacher and vLLM are not given our certificates: HTTP within the cluster. */}}
{{- define "synthsmith.endpoint" -}}
{{- $full := include "synthsmith.fullname" . -}}
{{- if eq .Values.endpoint.kind "teacher" -}}
{{- printf "http://%s-teacher.%s.svc:7180/v1" $full .Release.Namespace -}}
{{- else if eq .Values.endpoint.kind "vllm" -}}
{{- printf "http://%s-vllm.%s.svc:8000/v1" $full .Release.Namespace -}}
{{- else -}}
{{- .Values.endpoint.baseUrl -}}
{{- end -}}
{{- end -}}
