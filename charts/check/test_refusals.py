"""Values that are refused, by the schema or by the chart."""

import json
import subprocess
import sys
import unittest

import helm_python
import rendering

SOCKET = [{"name": "x", "hostPath": {"path": "/var/run/docker.sock"}}]
KEYS = {"keys": {"existingSecret": "keys"}}


def at(path, value):
    """`at("a.b", 1)` is {"a": {"b": 1}}."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


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
]
BY_CHART = [
    (at("verifier.extraVolumes", SOCKET), "docker.sock"),
    (at("solver.extraVolumes", SOCKET), "docker.sock"),
    (at("defaults.extraVolumes", [{"name": "run", "hostPath": {"path": "/var/run"}}]), "hostPath"),
    (at("verifier.extraEnv", [{"name": "DOCKER_HOST", "value": "tcp://node:2375"}]), "DOCKER_HOST"),
    (at("verifier.settings.docker_host", "unix:///var/run/docker.sock"), "docker_host"),
    (at("gateway.settings.endpoint.base_url", "http://x"), "base_url"),
    (at("verifier.sandbox.engine.extraArgs", ["--host=tcp://0.0.0.0:2375"]), "socket"),
    (at("verifier.sandbox.profile", "dind-privileged"), "dangerously"),
    (at("verifier.sandbox.dangerouslyAllowPrivilegedOnNode", True), "dind-privileged"),
    (at("verifier.sandbox.runtimeClassName", "runc"), "gvisor and kata"),
    (at("verifier.sandbox.namespace.name", rendering.NAMESPACE), "namespace"),
    (at("endpoint.kind", "external"), "baseUrl"),
    (at("endpoint.baseUrl", "https://models.example"), "external"),
    (at("endpoint.apiKey.existingSecret", "x"), "teacher"),
    (at("security", KEYS), "ownKey"),
    (at("security.tls.requireClientCertificate", True), "existingSecret"),
    (at("networkPolicy.enabled", False), "allowAnonymous"),
    (at("monitoring.serviceMonitors.enabled", True), "scrapeFrom"),
    (at("global.otel.endpoint", "http://collector:4317"), "otlp"),
    (at("gateway.enabled", False), "gateway.externalAddress"),
    (at("solver.graceSeconds", 600), "terminationGracePeriodSeconds"),
    (at("solver.autoscaling", {"kind": "hpa", "minReplicas": 9}), "maxReplicas"),
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
            at("gateway", {"enabled": False, "externalAddress": "http://gateway.other.svc:7101"}),
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


if __name__ == "__main__":
    unittest.main()
