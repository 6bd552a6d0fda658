"""What pods may do, and how they live."""

import unittest

import rendering
from rendering import component_of, containers, objects, of_kind, pods

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
        # Profile: privileged, user namespace, runtime class.
        expected = {
            "default": (True, False, None),
            "gvisor": (False, None, "gvisor"),
            "kata": (True, None, "kata-qemu"),
            "external-endpoint": (True, None, None),
        }
        for case, (privileged, host_users, runtime) in expected.items():
            found = [spec for _, _, labels, spec in pods(objects(case)) if is_verifier(labels)]
            engine = next(c for c in found[0]["initContainers"] if c["name"] == ENGINE)
            context = engine["securityContext"]
            self.assertEqual(context["privileged"], privileged, case)
            self.assertEqual(found[0].get("hostUsers"), host_users, case)
            self.assertEqual(found[0].get("runtimeClassName"), runtime, case)

    def test_the_engine_is_there_before_the_verifier_and_opens_no_port(self):
        for case in rendering.cases():
            for name, _, labels, spec in pods(objects(case)):
                names = [c["name"] for c in spec.get("initContainers", [])]
                self.assertEqual(ENGINE in names, is_verifier(labels), f"{case} {name}")
                if not is_verifier(labels):
                    continue
                engine = spec["initContainers"][names.index(ENGINE)]
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

    def test_a_state_has_one_pod_that_is_replaced_and_not_doubled(self):
        for case in rendering.cases():
            for item in of_kind(objects(case), "Deployment"):
                if component_of(item) in ("gateway", "orchestrator"):
                    self.assertEqual(item["spec"]["replicas"], 1, case)
                    self.assertEqual(item["spec"]["strategy"], {"type": "Recreate"})


def is_verifier(labels):
    return labels["app.kubernetes.io/component"] == "verifier"


if __name__ == "__main__":
    unittest.main()
