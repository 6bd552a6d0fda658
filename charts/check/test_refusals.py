"""Values that are refused, by the schema or by the chart."""

import json
import subprocess
import sys
import unittest

import helm_python
import rendering
import yaml
from rendering import at

SOCKET = [{"name": "x", "hostPath": {"path": "/var/run/docker.sock"}}]
KEYS = {"keys": {"existingSecret": "keys"}}
# The gateway is elsewhere.
EXTERNAL = at("gateway", {"enabled": False, "externalAddress": "http://gateway.other.svc:7101"})
PEER = [{"namespaceSelector": {}}]
COLLECTOR = "http://collector.observability"


# What is wrong, and a word of what is said.
BY_SCHEMA = [
    (at("replicaCount", 2), "replicaCount"),
    (at("verifer", {}), "verifer"),
    (at("solver.replicas", 2), "replicas"),
    (at("solver.image.tags", "x"), "tags"),
    (at("defaults.autoscaling.kind", "both"), "autoscaling"),
    (at("defaults.autoscaling.enabled", True), "enabled"),
    (at("gateway.replicaCount", 2), "replicaCount"),
    (at("orchestrator.autoscaling.kind", "hpa"), "autoscaling"),
    (at("gateway.persistence.accessModes", ["ReadWriteMany"]), "accessModes"),
    (at("solver.persistence.enabled", False), "persistence"),
    (at("teacher.enabled", True), "enabled"),
    (at("solver.replicaCount", "two"), "replicaCount"),
    (at("solver.replicaCount", 0), "replicaCount"),
    (at("verifier.runtimeClassName", "gvisor"), "runtimeClassName"),
    (at("verifier.extraEgress", [{}]), "extraEgress"),
    (at("verifier.sandbox.profile", "docker-socket"), "profile"),
    (at("verifier.sandbox.engine.image.pullPolicy", "Sometimes"), "pullPolicy"),
    (at("verifier.resources.limits.memory", "8 GB"), "memory"),
    (at("endpoint.baseUrl", "models.example"), "baseUrl"),
    (at("security.keys.secret", "x"), "secret"),
    (at("security.reloadSeconds", 0), "reloadSeconds"),
    (at("gateway.image.digest", "sha256:short"), "digest"),
    (at("networkPolicy.clients.solver", []), "solver"),
    (at("vllm.gpus", 0), "gpus"),
    (at("networkPolicy.dns.ports", []), "ports"),
    # What is not there has a name: null, or the values of a release before it was.
    (at("networkPolicy", None), "missing property 'networkPolicy'"),
    (at("networkPolicy.endpoint.to", None), "missing property 'to'"),
    (at("defaults.probes.startup", None), "missing property 'startup'"),
    (at("solver", None), "missing property 'solver'"),
    (at("verifier.sandbox.engine.resources", None), "missing property 'resources'"),
    (at("vllm.cache", None), "missing property 'cache'"),
]
DIND = {"profile": "dind-privileged", "dangerouslyAllowPrivilegedOnNode": True}
BY_CHART = [
    (at("verifier.resources.requests.memory", "1Gi"), "verifier.resources"),
    (at("verifier.sandbox.engine.resources.requests.cpu", "1"), "Guaranteed"),
    (at("verifier.extraVolumes", SOCKET), "docker.sock"),
    (at("solver.extraVolumes", SOCKET), "docker.sock"),
    (at("defaults.extraVolumes", [{"name": "run", "hostPath": {"path": "/var/run"}}]), "hostPath"),
    (at("verifier.extraEnv", [{"name": "DOCKER_HOST", "value": "tcp://node:2375"}]), "DOCKER_HOST"),
    (at("solver.extraEnv", [{"name": "DOCKER_HOST", "value": "tcp://node:2375"}]), "DOCKER_HOST"),
    (at("verifier.extraEnv", [{"name": "SYNTHSMITH_VERIFIER__DOCKER_HOST"}]), "settings"),
    (at("gateway.extraEnv", [{"name": "synthsmith_Server__gateway__listen"}]), "chart's to decide"),
    (at("defaults.extraEnv", [{"name": "SYNTHSMITH_SECURITY__ALLOW_ANONYMOUS"}]), "chart's to decide"),
    (at("gateway.settings.endpoint.api_key", "x"), "endpoint.apiKey.existingSecret"),
    (at("teacher.settings.api_key", "x"), "ConfigMap"),
    (at("verifier.settings.docker_host", "unix:///var/run/docker.sock"), "docker_host"),
    (at("gateway.settings.endpoint.base_url", "http://x"), "base_url"),
    (at("verifier.sandbox.engine.extraArgs", ["--host=tcp://0.0.0.0:2375"]), "socket"),
    (at("verifier.sandbox.engine.extraArgs", ["--hosts", "tcp://0.0.0.0:2375"]), "socket"),
    (at("verifier.sandbox.engine.extraArgs", ["-H", "tcp://0.0.0.0:2375"]), "socket"),
    (at("verifier.sandbox.engine.extraArgs", ["-DHtcp://0.0.0.0:2375"]), "socket"),
    (at("verifier.sandbox.engine.extraArgs", ["--config-file=/x.json"]), "socket"),
    (at("verifier.sandbox.profile", "dind-privileged"), "dangerously"),
    (at("verifier.sandbox.dangerouslyAllowPrivilegedOnNode", True), "dind-privileged"),
    (at("verifier.sandbox", {"profile": "kata", "runtimeClassName": "runc"}), "does not say that it is kata"),
    (at("verifier.sandbox", {"profile": "gvisor", "runtimeClassName": "kata"}), "does not say that it is gvisor"),
    (at("verifier.sandbox", {"profile": "kata", "dangerouslyAllowPrivilegedOnNode": True}), "dind-privileged"),
    (at("verifier.sandbox", DIND | {"runtimeClassName": "runc"}), "runtimeClassName"),
    (at("verifier.sandbox.slots", 4), "engine.resources.limits.cpu is 3"),
    (at("verifier.sandbox.engine.resources.limits.cpu", "1900m"), "slots is 2"),
    (at("verifier.sandbox.namespace.name", rendering.NAMESPACE), "namespace"),
    (at("endpoint.kind", "external"), "baseUrl"),
    (at("endpoint.baseUrl", "https://models.example"), "external"),
    (at("endpoint.apiKey.existingSecret", "x"), "teacher"),
    (at("security", KEYS), "ownKey"),
    (at("security.tls.requireClientCertificate", True), "existingSecret"),
    (at("networkPolicy.enabled", False), "allowAnonymous"),
    (at("monitoring.serviceMonitors.enabled", True), "scrapeFrom"),
    (at("global.otel.endpoint", "http://collector:4317"), "otlp"),
    (at("global.otel.endpoint", COLLECTOR + ":4318") | at("networkPolicy.otlp.to", PEER), "port 4318, and networkPolicy.otlp.port"),
    (at("global.otel.endpoint", COLLECTOR) | at("networkPolicy.otlp", {"to": PEER, "port": 4318}), "port 4317"),
    (at("endpoint", {"kind": "external", "baseUrl": "http://models.example/v1"}), "port 80, and networkPolicy.endpoint.ports"),
    (at("endpoint", {"kind": "external", "baseUrl": "https://models.example:8443"}), "port 8443"),
    (at("gateway.enabled", False), "gateway.externalAddress"),
    (EXTERNAL, "networkPolicy.external.to"),
    (EXTERNAL | at("networkPolicy.external", {"to": PEER, "ports": [7106]}), "port 7101, and networkPolicy.external.ports"),
    (at("global.commonLabels", {"app.kubernetes.io/instance": "x"}), "app.kubernetes.io/instance"),
    (at("solver.podLabels", {"app.kubernetes.io/component": "x"}), "app.kubernetes.io/component"),
    (at("defaults.serviceAccount.name", "one"), "defaults.serviceAccount.name"),
    (at("solver.graceSeconds", 600), "terminationGracePeriodSeconds"),
    (at("solver.autoscaling", {"kind": "hpa", "minReplicas": 9}), "maxReplicas"),
]


# What the engine alone may have, and where it could be asked for; the verifier has no values for its pod's context.
PRIVILEGED = {"privileged": True}
RIGHTS = {
    "privileged": PRIVILEGED,
    "allowPrivilegeEscalation": {"allowPrivilegeEscalation": True},
    "capabilities.add": {"capabilities": {"add": ["SYS_ADMIN"]}},
    "procMount": {"procMount": "Unmasked"},
    "runAsUser": {"runAsUser": 0},
}
BY_CHART += [(at("solver.securityContext", context), name) for name, context in RIGHTS.items()]
BY_CHART += [(at(f"{component}.podSecurityContext", PRIVILEGED), "privileged") for component in ("defaults", "gateway")]
BY_CHART += [
    (at(f"{component}.{where}", [{"name": "one", "securityContext": PRIVILEGED}]), f"{where}, one: privileged")
    for component in ("defaults", "verifier", "teacher")
    for where in ("initContainers", "sidecars")
]


class Refusals(unittest.TestCase):
    def test_the_schema_refuses(self):
        for values, word in BY_SCHEMA:
            with self.subTest(values):
                with self.assertRaises(helm_python.HelmError) as caught:
                    rendering.chart().validate_schema(values)
                self.assertIn(word, str(caught.exception))
                with self.assertRaises(helm_python.HelmError):
                    rendering.render(values)

    def test_the_chart_refuses_and_says_what_to_do(self):
        for values, word in BY_CHART:
            with self.subTest(values):
                rendering.chart().validate_schema(values)
                with self.assertRaises(helm_python.HelmError) as caught:
                    rendering.render(values)
                self.assertIn(word, str(caught.exception))

    def test_the_same_is_taken_where_it_fits(self):
        fine = [
            at("networkPolicy.enabled", False) | at("security.allowAnonymous", True),
            EXTERNAL | at("networkPolicy.external.to", PEER),
            EXTERNAL | at("networkPolicy.enabled", False) | at("security.allowAnonymous", True),
            at("verifier", {"enabled": False, "externalAddress": "http://10.0.0.1:7106,10.0.0.2:7106"})
            | at("networkPolicy.external.to", PEER),
            at("global.otel.endpoint", COLLECTOR) | at("networkPolicy.otlp.to", PEER),
            at("endpoint", {"kind": "external", "baseUrl": "http://[fd00::1]/v1"})
            | at("networkPolicy.endpoint.ports", [443, 80]),
            at("verifier.sandbox", {"profile": "kata", "runtimeClassName": "kata-clh"}),
            at("verifier.sandbox", {"profile": "gvisor", "runtimeClassName": "runsc"}),
            at("verifier.sandbox", {"profile": "gvisor", "runtimeClassName": "own", "dangerouslyAllowPrivilegedOnNode": True}),
            at("verifier.sandbox.runtimeClassName", "cgroup-writable"),
            at("verifier.sandbox.engine.extraArgs", ["--add-runtime=runsc=/runsc", "--host-gateway-ip=10.0.0.1"]),
            at("verifier.sandbox", {"profile": "gvisor"} | at("engine.resources.limits.cpu", "2000m")),
            at("verifier.sandbox", {"profile": "gvisor", "slots": 64} | at("engine.resources.limits.cpu", None)),
            at("solver.extraEnv", [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}]),
            at("solver.securityContext", {"runAsUser": 20000, "allowPrivilegeEscalation": False}),
            at("solver.sidecars", [{"name": "x"}]),
            at("solver.serviceAccount.name", "one"),
            at("vllm.nodeSelector", None),
            at("solver.autoscaling", {"kind": "hpa", "minReplicas": 9, "maxReplicas": 10}),
            at("solver.extraVolumes", [{"name": "x", "emptyDir": {}}]),
        ]
        for values in fine:
            with self.subTest(values):
                self.assertTrue(rendering.render(values))

    def test_user_namespaces_are_not_taken_for_granted_in_old_clusters(self):
        # Only lint can be told of another version, and it writes refusals of the chart to its log.
        lint = "import helm_python, json, sys; helm_python.lint(sys.argv[1], json.loads(sys.argv[2]), kube_version='v1.32.0')"

        def log(values):
            words = [sys.executable, "-c", lint, str(rendering.CHART), json.dumps(values)]
            return subprocess.run(words, capture_output=True, text=True, check=True).stderr

        self.assertIn("profile dind-userns needs user namespaces", log({}))
        for fine in (at("verifier.sandbox.userNamespacesAssured", True), at("verifier.sandbox.profile", "gvisor")):
            self.assertNotIn("user namespaces", log(fine))

    def test_the_schema_is_closed_but_for_maps_of_others(self):
        """Every table with properties refuses those that it does not name."""

        def open_tables(schema, path):
            if isinstance(schema, dict):
                if "properties" in schema and schema.get("additionalProperties") is not False:
                    yield path
                for key, below in schema.items():
                    yield from open_tables(below, f"{path}/{key}")

        schema = json.loads((rendering.CHART / "values.schema.json").read_text())
        self.assertEqual(list(open_tables(schema, "")), [])

    def test_the_schema_knows_every_default(self):
        rendering.chart().validate_schema({})

    def test_a_table_that_is_not_there_is_refused_by_name_or_nobody_misses_it(self):
        def tables(values, path=()):
            for name, value in values.items():
                if isinstance(value, dict) and value:
                    yield (*path, name)
                    yield from tables(value, (*path, name))

        values = yaml.safe_load((rendering.CHART / "values.yaml").read_text())
        refused = 0
        for path in tables(values):
            with self.subTest(".".join(path)):
                without = at(".".join(path), None)
                try:
                    rendering.chart().validate_schema(without)
                except helm_python.HelmError as error:
                    self.assertIn(f"missing property '{path[-1]}'", str(error))
                    refused += 1
                    continue
                try:
                    self.assertTrue(rendering.render(without))
                except helm_python.HelmError as error:
                    # What the pod's class depends on is named with the table that it is in.
                    table = ".".join(path).removesuffix(".limits").removesuffix(".requests")
                    self.assertIn(f"{table}: with dind-userns", str(error))
        self.assertGreater(refused, 50)


if __name__ == "__main__":
    unittest.main()
