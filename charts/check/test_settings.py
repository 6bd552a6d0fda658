"""The configuration files against what the services know."""

import re
import tomllib
import unittest

import rendering
from rendering import REPOSITORY, component_of, objects, objects_with, of_kind, pods
from test_network import CALLS

CONFIG_RS = (REPOSITORY / "crates/daemon/src/config.rs").read_text()
SECURITY_RS = (REPOSITORY / "crates/daemon/src/security.rs").read_text()
TELEMETRY_RS = (REPOSITORY / "crates/telemetry/src/config.rs").read_text()


def fields(text, struct):
    body = re.search(rf"pub struct {struct} \{{(.*?)\n\}}", text, re.S).group(1)
    return set(re.findall(r"^\s+pub (\w+):", body, re.M))


def tables():
    return set(re.findall(r'"(\w+)"', re.search(r"const TABLES.*?\];", CONFIG_RS, re.S).group(0)))


def example(component):
    """What a service's example shows, with the settings that are commented out."""
    text = (REPOSITORY / f"services/{component}/config.example.toml").read_text()
    shown = re.sub(r'^# (\w+ = "[^"]*")$', r"\1", text, flags=re.M)
    return tomllib.loads(shown)


def port_of(component):
    """A service's default port, as its code has it."""
    for path in sorted((REPOSITORY / f"services/{component}/src").rglob("*.rs")):
        found = re.search(r"DEFAULT_PORT: u16 = (\d+)", path.read_text())
        if found:
            return int(found.group(1))
    raise AssertionError(f"{component} has no port")


def files(case):
    for item in of_kind(objects(case), "ConfigMap"):
        for name, text in item["data"].items():
            if name.endswith(".toml"):
                yield item["metadata"]["namespace"], name, tomllib.loads(text)


class Settings(unittest.TestCase):
    def test_tables_and_keys_are_known(self):
        server, security = fields(CONFIG_RS, "ServerConfig"), fields(SECURITY_RS, "SecurityConfig")
        telemetry = fields(TELEMETRY_RS, "Config")
        for case in rendering.cases():
            for _, name, file in files(case):
                with self.subTest(case=case, file=name):
                    self.assertLessEqual(set(file), tables())
                    self.assertLessEqual(set(file["security"]), security)
                    self.assertLessEqual(set(file["telemetry"]), telemetry)
                    for table in file.get("server", {}).values():
                        self.assertLessEqual(set(table), server)
                    for table in set(file) - {"security", "telemetry", "server"}:
                        component = table.replace("_", "-")
                        self.assert_known(file[table], example(component)[table], table)

    def assert_known(self, table, known, path):
        for key, value in table.items():
            if path in ("gateway.prices", "verifier.languages"):
                continue
            if key in ("prices", "languages"):
                continue
            self.assertIn(key, known, path)
            if isinstance(value, dict):
                self.assert_known(value, known[key], f"{path}.{key}")
            elif isinstance(known[key], int) and not isinstance(known[key], bool):
                # 2.0 is no whole number to the services.
                self.assertIsInstance(value, int, f"{path}.{key}")

    def test_ports_are_those_of_the_code(self):
        for case in rendering.cases():
            for _, _, labels, spec in pods(objects(case)):
                component = labels["app.kubernetes.io/component"]
                if component in ("test", "vllm"):
                    continue
                ports = {port["name"]: port["containerPort"] for port in spec["containers"][0]["ports"]}
                port = port_of(component)
                self.assertEqual(ports.get("grpc", ports.get("http")), port, component)
                self.assertEqual(ports["admin"], port + 100)
                if component == "verifier":
                    self.assertEqual(ports["http"], example("verifier")["verifier"]["http_port"])

    def test_services_listen_on_the_ports_of_their_pods(self):
        for case in rendering.cases():
            listening = {}
            for namespace, _, file in files(case):
                for table, server in file.get("server", {}).items():
                    listening[namespace, table.replace("_", "-")] = server
            for _, namespace, labels, spec in pods(objects(case)):
                component = labels["app.kubernetes.io/component"]
                if component in ("test", "vllm"):
                    continue
                server = listening.pop((namespace, component))
                ports = {port["name"]: port["containerPort"] for port in spec["containers"][0]["ports"]}
                main = ports["grpc"] if "grpc" in ports else ports["http"]
                self.assertTrue(server["listen"].endswith(f":{main}"), component)
                self.assertTrue(server["admin_listen"].endswith(f":{ports['admin']}"), component)
                sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
                self.assertGreater(spec["terminationGracePeriodSeconds"], sleep + server["grace_seconds"])
            self.assertEqual(listening, {}, case)

    def test_addresses_lead_to_services(self):
        for case in rendering.cases():
            known = set()
            for service in of_kind(objects(case), "Service"):
                host = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc"
                known |= {f"{host}:{port['port']}" for port in service["spec"]["ports"]}
            for _, _, file in files(case):
                for address in re.findall(r"https?://([^\"/']+\.svc:\d+)", str(file)):
                    self.assertIn(address, known, case)

    def test_pods_read_a_file_that_is_there_and_see_the_secrets_it_names(self):
        for case in rendering.cases():
            there = {(namespace, name): file for namespace, name, file in files(case)}
            for pod, namespace, labels, spec in pods(objects(case)):
                container = spec["containers"][0]
                variables = {variable["name"]: variable.get("value") for variable in container.get("env", [])}
                if "SYNTHSMITH_CONFIG" not in variables:
                    continue
                file = there[namespace, variables["SYNTHSMITH_CONFIG"].rpartition("/")[2]]
                mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
                volumes = {volume["name"]: volume for volume in spec["volumes"]}
                for key, path in file["security"].items():
                    if key.endswith("_file"):
                        folder, _, name = path.rpartition("/")
                        items = volumes[mounts[folder]]["secret"]["items"]
                        self.assertIn(name, [item["path"] for item in items], f"{case} {pod} {key}")

    def test_only_those_that_call_others_have_the_services_own_key(self):
        for case in ("networkpolicy-off", "tls"):
            with_key = {name.removesuffix(".toml") for _, name, file in files(case) if "key_file" in file["security"]}
            mounted = {
                labels["app.kubernetes.io/component"]
                for _, _, labels, spec in pods(objects(case))
                if "own-key" in {volume["name"] for volume in spec["volumes"]}
            }
            released = {labels["app.kubernetes.io/component"] for _, _, labels, _ in pods(objects(case))}
            callers = {component for component, calls in CALLS.items() if calls} & released - {"gateway"}
            self.assertEqual(with_key, callers, case)
            self.assertEqual(mounted, callers, case)

    def test_a_new_configuration_is_a_new_pod_of_those_that_read_it(self):
        def sums(items):
            deployments = {component_of(item): item for item in of_kind(items, "Deployment")}
            return {
                name: item["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
                for name, item in deployments.items()
            }

        before, after = sums(objects("default")), sums(objects_with("solver.settings.max_tokens", 4096))
        self.assertEqual({name for name in before if before[name] != after[name]}, {"solver"})

    def test_nobody_listens_to_strangers_by_mistake(self):
        for case in rendering.cases():
            has_policies = bool(of_kind(objects(case), "NetworkPolicy"))
            for _, name, file in files(case):
                security = file["security"]
                is_guarded = "keys_file" in security or security.get("require_client_certificate", False)
                self.assertEqual(security.get("allow_anonymous", False), not is_guarded)
                self.assertTrue(is_guarded or has_policies or name == "teacher.toml", f"{case} {name}")

    def test_numbers_of_all_sizes_and_names_with_dots_arrive(self):
        (file,) = [file for _, _, file in files("external-endpoint") if "gateway" in file]
        self.assertEqual(file["gateway"]["prices"]["coder.large"]["prompt_usd_per_million"], 2)
        self.assertEqual(file["gateway"]["endpoint"]["api_key_env"], "MODEL_API_KEY")
        (sandbox,) = [file for _, _, file in files("external-endpoint") if "verifier" in file]
        self.assertEqual(sandbox["verifier"]["max_suite_bytes"], 268435456)
        self.assertEqual(sandbox["verifier"]["languages"]["cpp20"]["run"], ["{program}"])

    def test_no_secret_is_in_a_configmap_and_the_chart_makes_none(self):
        for case in rendering.cases():
            self.assertFalse(of_kind(objects(case), "Secret"))


if __name__ == "__main__":
    unittest.main()
