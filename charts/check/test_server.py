"""The life of a release on a real API server: the one of the context in the file that KUBECONFIG_E2E names.

Nothing has to run there: what is shown is that the server takes every object, and each change of them. It works in the context's own
namespace, which must be there, and removes what it made. The verifier is there as well, since a namespace of its own would stay.
"""

import os
import secrets
import unittest

import helm_python
import rendering
import yaml

KUBECONFIG = os.environ.get("KUBECONFIG_E2E")


def values_in(namespace, **more):
    # Kinds that only a cluster with their operators knows are left out, and claims go with the release.
    values = {
        "defaults": {"persistence": {"retain": False}},
        "verifier": {"sandbox": {"namespace": {"create": False, "name": namespace}}},
    }
    return values | more


def kinds_of(release):
    return {item["kind"] for item in yaml.safe_load_all(release["manifest"]) if item}


@unittest.skipUnless(KUBECONFIG, "KUBECONFIG_E2E names no file")
class Server(unittest.TestCase):
    def setUp(self):
        with open(KUBECONFIG, encoding="utf-8") as file:
            contexts = yaml.safe_load(file)
        (context,) = [it["context"] for it in contexts["contexts"] if it["name"] == contexts["current-context"]]
        self.namespace = context.get("namespace", "default")
        self.config = helm_python.Config(kubeconfig_path=KUBECONFIG, namespace=self.namespace)
        self.config.check_reachable()
        self.release = f"e2e-{secrets.token_hex(4)}"
        self.addCleanup(self.config.uninstall, self.release, ignore_not_found=True, timeout=120)

    def values(self, **more):
        return values_in(self.namespace, **more)

    def state(self):
        status = self.config.status(self.release)
        return status["version"], status["info"]["status"] if "info" in status else status["status"]

    def test_a_release_is_installed_upgraded_rolled_back_and_removed(self):
        chart = rendering.chart()
        installed = self.config.install(chart, self.release, self.values(), timeout=120)
        self.assertLessEqual({"Deployment", "Service", "NetworkPolicy", "ConfigMap"}, kinds_of(installed))
        self.assertEqual(self.state(), (1, "deployed"))
        more = self.values(solver={"replicaCount": 3}, taskSynth={"autoscaling": {"kind": "hpa", "maxReplicas": 4}})
        upgraded = self.config.upgrade(chart, self.release, more, timeout=120)
        self.assertIn("HorizontalPodAutoscaler", kinds_of(upgraded))
        self.assertEqual(self.state(), (2, "deployed"))
        self.config.rollback(self.release, version=1, timeout=120)
        self.assertEqual(self.state(), (3, "deployed"))
        # As those do who have tuned a release before a new version of the chart.
        self.config.upgrade(chart, self.release, self.values(solver={"replicaCount": 2}), timeout=120)
        self.config.uninstall(self.release, timeout=120)
        with self.assertRaises(helm_python.HelmError):
            self.config.status(self.release)


class Values(unittest.TestCase):
    def test_they_render_and_leave_nothing_behind(self):
        items = rendering.objects_of(rendering.render(values_in(rendering.NAMESPACE, solver={"replicaCount": 3})))
        self.assertEqual({item["metadata"]["namespace"] for item in items}, {rendering.NAMESPACE})
        self.assertFalse([item for item in items if "helm.sh/resource-policy" in item["metadata"].get("annotations", {})])


if __name__ == "__main__":
    unittest.main()
