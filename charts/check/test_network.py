"""Who finds whom, and who may call whom."""

import ipaddress
import itertools
import unittest

import rendering
from rendering import component_of, name_of, objects, objects_with, of_kind, pods

# What the services' settings say of whom they call (services/*/config.example.toml), and the two edges outside of them.
CALLS = {
    "orchestrator": {"feature-evolver", "gateway", "solver", "task-synth", "test-gen", "verifier"},
    "feature-evolver": {"gateway"},
    "task-synth": {"gateway"},
    "solver": {"gateway"},
    "test-gen": {"gateway", "verifier"},
    "gateway": {"teacher"},
    "verifier": set(),
    "trainer": {"gateway", "verifier"},
    "teacher": set(),
    "test": {"orchestrator"},
}
DNS = 53
# Where clouds tell machines who they are.
METADATA = ipaddress.ip_address("169.254.169.254")
PEER = {"namespaceSelector": {"matchLabels": {"team": "other"}}}


def namespaces(items):
    return {namespace for _, namespace, _, _ in pods(items)}


def egress_of(items, component):
    (policy,) = [it for it in of_kind(items, "NetworkPolicy") if component_of(it) == component]
    return policy["spec"]["egress"]


def ports_towards(items, component, peer):
    """The ports that a component may call where the peer is."""
    return [port["port"] for rule in egress_of(items, component) if peer in rule["to"] for port in rule["ports"]]


def peers_match(peers, namespace, labels):
    for peer in peers:
        spaces = peer.get("namespaceSelector", {})
        inside = rendering.matches(spaces, {"kubernetes.io/metadata.name": namespace})
        if "ipBlock" not in peer and inside and rendering.matches(peer.get("podSelector", {}), labels):
            yield peer


def allowed(items, direction, own, other):
    """Ports that policies of one side open towards the other; None where no policy applies."""
    _, namespace, labels, _ = own
    policies = [
        policy
        for policy in of_kind(items, "NetworkPolicy")
        if policy["metadata"]["namespace"] == namespace
        and rendering.matches(policy["spec"]["podSelector"], labels)
        and direction.capitalize() in policy["spec"]["policyTypes"]
    ]
    if not policies:
        return None
    ports, side = set(), "from" if direction == "ingress" else "to"
    for rule in itertools.chain.from_iterable(policy["spec"].get(direction) or [] for policy in policies):
        if list(peers_match(rule[side], other[1], other[2])):
            ports |= {port["port"] for port in rule["ports"]}
    return ports


class Network(unittest.TestCase):
    def test_services_lead_to_their_pods_and_to_ports_they_have(self):
        for case in rendering.cases():
            items = objects(case)
            for service in of_kind(items, "Service"):
                with self.subTest(case=case, service=name_of(service)):
                    spec = service["spec"]
                    found = [
                        pod_spec
                        for _, namespace, labels, pod_spec in pods(items)
                        if namespace == service["metadata"]["namespace"]
                        and rendering.matches({"matchLabels": spec["selector"]}, labels)
                    ]
                    self.assertEqual(len(found), 1)
                    ports = {port["name"]: port["containerPort"] for port in found[0]["containers"][0]["ports"]}
                    for port in spec["ports"]:
                        self.assertEqual(ports[port["targetPort"]], port["port"])

    def test_every_grpc_service_has_a_headless_one(self):
        for case in rendering.cases():
            services = of_kind(objects(case), "Service")
            headless = {s["metadata"]["name"] for s in services if s["spec"].get("clusterIP") == "None"}
            grpc = {
                f"{s['metadata']['name']}-headless"
                for s in services
                if s["spec"].get("clusterIP") != "None" and "grpc" in {port["name"] for port in s["spec"]["ports"]}
            }
            self.assertEqual(headless, grpc, case)

    def test_headless_services_have_every_port_of_their_clients(self):
        for service in of_kind(objects("tls"), "Service"):
            if service["spec"].get("clusterIP") == "None":
                ports = {port["name"] for port in service["spec"]["ports"]}
                self.assertEqual(ports, {"grpc", "http"} if component_of(service) == "verifier" else {"grpc"})

    def test_selectors_select_their_own_pods_only(self):
        for case in rendering.cases():
            items = objects(case)
            for item in of_kind(items, "Deployment"):
                selector = item["spec"]["selector"]
                found = [name for name, _, labels, _ in pods(items) if rendering.matches(selector, labels)]
                self.assertEqual(found, [name_of(item)], case)
                names = {f"app.kubernetes.io/{name}" for name in ("name", "instance", "component")}
                self.assertEqual(set(selector["matchLabels"]), names)

    def test_policies_open_what_is_called_and_nothing_else(self):
        items = objects("default")
        everyone = list(pods(items))
        for caller, callee in itertools.permutations(everyone, 2):
            one, other = (labels["app.kubernetes.io/component"] for labels in (caller[2], callee[2]))
            with self.subTest(caller=one, callee=other):
                out = allowed(items, "egress", caller, callee)
                into = allowed(items, "ingress", callee, caller)
                ports = {p["containerPort"] for p in callee[3]["containers"][0].get("ports", [])[:1]}
                expected = ports if other in CALLS[one] else set()
                self.assertEqual(out, expected)
                self.assertEqual(into, expected)

    def test_every_pod_is_under_a_policy_of_both_directions(self):
        for case in rendering.cases():
            items = objects(case)
            if case == "networkpolicy-off":
                self.assertFalse(of_kind(items, "NetworkPolicy"))
                continue
            stranger = ("stranger", "elsewhere", {}, {})
            for pod in pods(items):
                for direction in ("ingress", "egress"):
                    ports = allowed(items, direction, pod, stranger)
                    self.assertEqual(ports, set(), f"{case} {pod[0]}")

    def test_the_verifier_reaches_nothing(self):
        for case in rendering.cases():
            for policy in of_kind(objects(case), "NetworkPolicy"):
                is_its = component_of(policy) == "verifier"
                if is_its and case != "gvisor":
                    self.assertEqual(policy["spec"]["egress"], [], case)
                elif is_its:
                    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
                    self.assertEqual(ports, {DNS, 80, 443}, "it builds its image")

    def test_no_open_range_holds_the_metadata_of_a_cloud(self):
        for case in rendering.cases():
            for policy in of_kind(objects(case), "NetworkPolicy"):
                for rule in policy["spec"].get("egress") or []:
                    for block in (peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer):
                        holes = [ipaddress.ip_network(hole) for hole in block.get("except", [])]
                        is_open = METADATA in ipaddress.ip_network(block["cidr"])
                        self.assertFalse(is_open and not any(METADATA in hole for hole in holes), name_of(policy))

    def test_names_are_looked_up_in_the_cluster_or_on_the_node(self):
        (rule,) = [rule for rule in egress_of(objects("default"), "solver") if {"port": DNS, "protocol": "UDP"} in rule["ports"]]
        self.assertIn({"port": DNS, "protocol": "TCP"}, rule["ports"])
        apps = [peer["podSelector"]["matchLabels"]["k8s-app"] for peer in rule["to"] if "podSelector" in peer]
        self.assertEqual(apps, ["kube-dns", "node-local-dns"])
        self.assertIn({"ipBlock": {"cidr": "169.254.20.10/32"}}, rule["to"])
        dns = rendering.objects_of(rendering.render(rendering.at("networkPolicy.dns", {"to": [PEER], "ports": [5353]})))
        self.assertEqual(ports_towards(dns, "solver", PEER), [5353, 5353])

    def test_services_that_are_elsewhere_are_reached(self):
        values = {
            "gateway": {"enabled": False, "externalAddress": "http://gateway.other.svc:7101"},
            "networkPolicy": {"external": {"to": [PEER], "ports": [7101]}},
            "trainer": {"enabled": True},
        }
        items = rendering.objects_of(rendering.render(values))
        for component, calls in CALLS.items():
            if component in ("gateway", "test"):
                continue
            expected = [7101] if "gateway" in calls else []
            self.assertEqual(ports_towards(items, component, PEER), expected, component)

    def test_the_verifier_sends_telemetry_only_where_it_is_asked_to(self):
        for may_send in (False, True):
            values = {
                "global": {"otel": {"endpoint": "http://collector:4317"}},
                "networkPolicy": {"otlp": {"to": [PEER]}},
                "verifier": {"sandbox": {"otlp": may_send}},
            }
            items = rendering.objects_of(rendering.render(values))
            ports = {port["port"] for rule in egress_of(items, "verifier") for port in rule["ports"]}
            self.assertEqual(ports, {DNS, 4317} if may_send else set())
            (container,) = rendering.pod_of(items, "verifier")["containers"]
            names = {variable["name"] for variable in container["env"]}
            self.assertEqual("OTEL_EXPORTER_OTLP_ENDPOINT" in names, may_send)
            self.assertEqual(ports_towards(items, "teacher", PEER), [4317])
        self.assertEqual(egress_of(objects_with("verifier.sandbox.otlp", True), "verifier"), [])

    def test_budgets_and_scalers_fit_the_replicas(self):
        for case in rendering.cases():
            items = objects(case)
            scaled = {
                item["spec"]["scaleTargetRef"]["name"]: item["spec"]
                for item in of_kind(items, "HorizontalPodAutoscaler", "ScaledObject")
            }
            budgets = {item["metadata"]["name"] for item in of_kind(items, "PodDisruptionBudget")}
            for item in of_kind(items, "Deployment"):
                name = item["metadata"]["name"]
                with self.subTest(case=case, name=name):
                    self.assertEqual("replicas" in item["spec"], name not in scaled)
                    scaler = scaled.get(name, {})
                    least = scaler.get("minReplicas", scaler.get("minReplicaCount", item["spec"].get("replicas")))
                    self.assertEqual(name in budgets, least > 1 and component_of(item) != "vllm")

    def test_the_cases_have_budgets_and_both_scalers(self):
        kinds = {item["kind"] for item in objects("ha")}
        self.assertTrue({"PodDisruptionBudget", "HorizontalPodAutoscaler", "ScaledObject", "ServiceMonitor"} <= kinds)


if __name__ == "__main__":
    unittest.main()
