"""What pods may do, and how they live."""

import unittest

import rendering
from rendering import component_of, containers, objects, objects_with, of_kind, pod_of, pods

ENGINE = "engine"


def quantities(text):
    units = {"m": 1e-3, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    for unit, factor in units.items():
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text)


class Pods(unittest.TestCase):
    where = ""

    def each_pod(self):
        for case in rendering.cases():
            for name, namespace, labels, spec in pods(objects(case)):
                self.where = f"{case}: {name}"
                yield case, namespace, labels, spec

    def each_container(self):
        for case, _, labels, spec in self.each_pod():
            for container in containers(spec):
                self.where = f"{case}: {labels['app.kubernetes.io/component']}, {container['name']}"
                yield case, labels, spec, container

    def _formatMessage(self, msg, standardMsg):
        return f"{self.where}: {super()._formatMessage(msg, standardMsg)}"

    def test_no_pod_has_a_token_or_anything_of_the_node(self):
        for _, _, _, spec in self.each_pod():
            self.assertIs(spec["automountServiceAccountToken"], False)
            self.assertIs(spec["enableServiceLinks"], False)
            for field in ("hostNetwork", "hostPID", "hostIPC"):
                self.assertFalse(spec.get(field))
            self.assertFalse([volume for volume in spec["volumes"] if "hostPath" in volume])
        for case in rendering.cases():
            for account in of_kind(objects(case), "ServiceAccount"):
                self.assertIs(account["automountServiceAccountToken"], False)
            self.assertFalse(of_kind(objects(case), "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"))

    def test_every_container_but_the_engine_is_restricted(self):
        for _, _, _, container in self.each_container():
            if container["name"] == ENGINE:
                continue
            context = container["securityContext"]
            self.assertIs(context["allowPrivilegeEscalation"], False)
            self.assertIs(context["runAsNonRoot"], True)
            self.assertIs(context["readOnlyRootFilesystem"], True)
            self.assertFalse(context.get("privileged"))
            self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
            self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})

    def test_users_are_high_and_never_root(self):
        for _, _, spec, container in self.each_container():
            if container["name"] != ENGINE:
                user = container["securityContext"].get("runAsUser", spec["securityContext"].get("runAsUser"))
                self.assertGreater(user, 10000)

    def test_the_engine_is_held_as_its_profile_says(self):
        root = {"runAsUser": 0, "runAsNonRoot": False, "readOnlyRootFilesystem": False}
        privileged = root | {"privileged": True}
        capable = root | {"privileged": False, "capabilities": {"add": ["ALL"]}}
        unconfined = {
            "allowPrivilegeEscalation": True,
            "procMount": "Unmasked",
            "seccompProfile": {"type": "Unconfined"},
            "appArmorProfile": {"type": "Unconfined"},
        }
        # Case: what it may do, user namespace, runtime class.
        expected = {
            "default": (capable | unconfined, False, None),
            "gvisor": (capable, None, "gvisor"),
            "kata": (privileged, None, "kata-qemu"),
            "external-endpoint": (privileged, None, None),
        }
        for case, (context, host_users, runtime) in expected.items():
            spec = pod_of(objects(case), "verifier")
            self.assertEqual(engine_of(spec)["securityContext"], context, case)
            self.assertEqual(spec.get("hostUsers"), host_users, case)
            self.assertEqual(spec.get("runtimeClassName"), runtime, case)

    def test_user_namespaces_may_have_a_runtime_that_lets_the_engine_make_control_groups(self):
        spec = pod_of(objects_with("verifier.sandbox.runtimeClassName", "cgroup-writable"), "verifier")
        self.assertEqual((spec["hostUsers"], spec["runtimeClassName"]), (False, "cgroup-writable"))

    def test_the_engine_is_asked_whether_it_lives(self):
        for case in rendering.cases():
            engine = engine_of(pod_of(objects(case), "verifier"))
            start, life = engine["startupProbe"], engine["livenessProbe"]
            self.assertEqual(life["exec"], start["exec"])
            self.assertEqual(life["exec"]["command"][-1], "info")
            self.assertGreaterEqual(life["periodSeconds"] * life["failureThreshold"], 300)

    def test_variables_of_others_name_no_engine(self):
        spec = pod_of(objects_with("verifier.extraEnvFrom", [{"configMapRef": {"name": "x"}}]), "verifier")
        (container,) = spec["containers"]
        (host,) = [word for word in engine_of(spec)["args"] if word.startswith("--host=")]
        self.assertIn({"name": "SYNTHSMITH_VERIFIER__DOCKER_HOST", "value": host.removeprefix("--host=")}, container["env"])
        self.assertEqual(container["envFrom"], [{"configMapRef": {"name": "x"}}])

    def test_the_engine_is_there_before_the_verifier_and_opens_no_port(self):
        for case in rendering.cases():
            for name, _, labels, spec in pods(objects(case)):
                names = [c["name"] for c in spec.get("initContainers", [])]
                self.assertEqual(ENGINE in names, is_verifier(labels), f"{case} {name}")
                if not is_verifier(labels):
                    continue
                engine = engine_of(spec)
                self.assertEqual(engine["restartPolicy"], "Always")
                self.assertEqual(engine["args"][0], "dockerd")
                self.assertNotIn("ports", engine)
                hosts = [word for word in engine["args"] if word.startswith(("-H", "--host"))]
                self.assertEqual(hosts, ["--host=unix:///run/sandbox/docker.sock"])
                if "sandbox-image" in names:
                    self.assertLess(names.index(ENGINE), names.index("sandbox-image"))

    def test_only_the_verifier_is_in_a_namespace_that_allows_more(self):
        for case in rendering.cases():
            for namespace in of_kind(objects(case), "Namespace"):
                self.assertEqual(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "privileged")
                inside = [labels for _, where, labels, _ in pods(objects(case)) if where == namespace["metadata"]["name"]]
                self.assertTrue(inside and all(is_verifier(labels) for labels in inside), case)

    def test_the_sandboxs_namespace_is_one_releases_and_outlives_it(self):
        (namespace,) = of_kind(objects("default"), "Namespace")
        self.assertEqual(namespace["metadata"]["name"], "data-rel-synthsmith-sandbox")
        self.assertEqual(namespace["metadata"]["annotations"], {"helm.sh/resource-policy": "keep"})
        # Names are cut where they are too long, and stay different.
        names = set()
        for override in ("x" * 40, "x" * 39 + "y"):
            texts = rendering.render(rendering.at("fullnameOverride", override), namespace="n" * 40)
            (namespace,) = of_kind(rendering.objects_of(texts), "Namespace")
            names.add(namespace["metadata"]["name"])
        self.assertEqual([len(name) for name in names], [63, 63])

    def test_objects_are_in_namespaces_that_are_there(self):
        elsewhere = {"gvisor": {"untrusted"}}
        for case in rendering.cases():
            made = {item["metadata"]["name"] for item in of_kind(objects(case), "Namespace")}
            used = {item["metadata"].get("namespace") for item in objects(case)} - {None, rendering.NAMESPACE}
            self.assertEqual(used, made | elsewhere.get(case, set()), case)

    def test_everything_asks_for_cpu_and_memory_and_bounds_its_memory(self):
        for _, _, _, container in self.each_container():
            resources = container["resources"]
            self.assertTrue({"cpu", "memory"} <= set(resources["requests"]))
            self.assertIn("memory", resources["limits"])
            for name, wanted in resources["requests"].items():
                if name in resources["limits"]:
                    self.assertLessEqual(quantities(wanted), quantities(str(resources["limits"][name])))

    def test_nodes_run_the_images(self):
        for _, _, _, spec in self.each_pod():
            self.assertEqual(spec["nodeSelector"]["kubernetes.io/arch"], "amd64")
        for path, component in (("solver", "solver"), ("defaults", "gateway"), ("global", "test")):
            items = objects_with(f"{path}.nodeSelector", {"kubernetes.io/arch": "arm64"})
            self.assertEqual(pod_of(items, component)["nodeSelector"], {"kubernetes.io/arch": "arm64"})

    def test_the_verifier_has_nodes_of_its_own(self):
        arch = {"kubernetes.io/arch": "amd64"}
        items = objects_with("defaults.nodeSelector", {"pool": "trusted"})
        self.assertEqual(pod_of(items, "solver")["nodeSelector"], arch | {"pool": "trusted"})
        self.assertEqual(pod_of(items, "verifier")["nodeSelector"], arch | {"workload": "untrusted"})
        self.assertEqual(pod_of(objects("minimal"), "verifier")["nodeSelector"], arch)

    def test_labels_are_merged_and_the_charts_win(self):
        values = {
            "global": {"commonLabels": {"team": "data", "app.kubernetes.io/version": "x", "helm.sh/chart": "x"}},
            "solver": {"podLabels": {"team": "solver", "app.kubernetes.io/part-of": "x"}},
            "monitoring": {"dashboards": {"enabled": True, "labels": {"grafana_dashboard": None}}},
        }
        items = rendering.objects_of(rendering.render(values))
        for item in items:
            labels = item["metadata"]["labels"]
            self.assertEqual((labels["team"], labels["app.kubernetes.io/version"]), ("data", "0.1.0"))
            self.assertNotIn("grafana_dashboard", labels)
        (labels,) = [labels for _, _, labels, _ in pods(items) if labels["app.kubernetes.io/component"] == "solver"]
        self.assertEqual((labels["team"], labels["app.kubernetes.io/part-of"]), ("solver", "synthsmith"))

    def test_the_engine_has_a_core_for_each_slot(self):
        for case, labels, _, container in self.each_container():
            if container["name"] == ENGINE:
                values = rendering.chart().merge_values(rendering.values_of(case))
                slots = values["verifier"]["sandbox"]["slots"]
                self.assertGreaterEqual(quantities(container["resources"]["requests"]["cpu"]), slots)

    def test_mounts_have_volumes_and_volumes_are_mounted(self):
        for _, _, _, spec in self.each_pod():
            volumes = [volume["name"] for volume in spec["volumes"]]
            mounts = [mount["name"] for c in containers(spec) for mount in c.get("volumeMounts", [])]
            self.assertEqual(set(volumes), set(mounts))
            self.assertEqual(len(volumes), len(set(volumes)))

    def test_services_have_all_three_probes(self):
        for _, _, labels, spec in self.each_pod():
            if spec.get("restartPolicy") == "Never":
                continue
            for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
                self.assertIn(kind, spec["containers"][0])

    def test_grpc_is_probed_in_the_clear_only(self):
        proto = rendering.REPOSITORY / "proto" / "synthsmith"
        for case, _, labels, spec in self.each_pod():
            container = spec["containers"][0]
            component = labels["app.kubernetes.io/component"]
            if component in ("test", "vllm"):
                continue
            probe = container["readinessProbe"]
            if case == "tls" or component == "teacher":
                self.assertEqual(probe["httpGet"], {"path": "/healthz", "port": "admin"})
                continue
            package, _, service = probe["grpc"]["service"].rpartition(".")
            text = "".join(path.read_text() for path in proto.glob(f"{component.replace('-', '_')}/v1/*.proto"))
            self.assertIn(f"package {package};", text)
            self.assertIn(f"service {service} {{", text)
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            self.assertEqual(probe["grpc"]["port"], ports["grpc"])

    def test_pods_have_time_to_drain(self):
        for _, _, labels, spec in self.each_pod():
            if spec.get("restartPolicy") != "Never":
                sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
                self.assertGreater(spec["terminationGracePeriodSeconds"], sleep)

    def test_pods_that_end_at_once_sleep_for_nothing(self):
        (container,) = pod_of(objects_with("solver.preStopSeconds", 0), "solver")["containers"]
        self.assertNotIn("lifecycle", container)

    def test_a_rollout_is_given_up_no_sooner_than_pods_may_take(self):
        for case in rendering.cases():
            for item in of_kind(objects(case), "Deployment"):
                probe = item["spec"]["template"]["spec"]["containers"][0]["startupProbe"]
                takes = probe["periodSeconds"] * probe["failureThreshold"]
                self.assertEqual(item["spec"]["progressDeadlineSeconds"], takes + 600, f"{case} {item['metadata']['name']}")

    def test_pods_that_are_replaced_do_not_roll(self):
        items = objects_with("solver.updateStrategy.type", "Recreate")
        (strategy,) = [item["spec"]["strategy"] for item in of_kind(items, "Deployment") if component_of(item) == "solver"]
        self.assertEqual(strategy, {"type": "Recreate"})

    def test_a_state_has_one_pod_that_is_replaced_and_not_doubled(self):
        for case in rendering.cases():
            for item in of_kind(objects(case), "Deployment"):
                if component_of(item) in ("gateway", "orchestrator", "trainer"):
                    self.assertEqual(item["spec"]["replicas"], 1, case)
                    self.assertEqual(item["spec"]["strategy"], {"type": "Recreate"})


def engine_of(spec):
    return next(container for container in spec["initContainers"] if container["name"] == ENGINE)


def is_verifier(labels):
    return labels["app.kubernetes.io/component"] == "verifier"


if __name__ == "__main__":
    unittest.main()
