"""What Helm and Kubernetes themselves say of the chart, and that its default is what it was."""

import os
import unittest

import helm_python
import kubernetes_validate
import rendering
from rendering import CHART, CHECK

OLDEST, NEWEST = "1.30", "1.36"
# Kinds of others, which come without schemas.
FOREIGN = {"ServiceMonitor", "PrometheusRule", "ScaledObject"}
GOLDEN = CHECK / "golden" / "default.yaml"


class Rendering(unittest.TestCase):
    def test_lint_has_nothing_to_say(self):
        for case in rendering.cases():
            with self.subTest(case):
                values, place = rendering.values_of(case), rendering.NAMESPACE
                report = helm_python.lint(CHART, values, strict=True, kube_version="v1.36.0", namespace=place)
                # Severity 1 is advice, such as an icon.
                self.assertEqual([m for m in report["messages"] if m["severity"] > 1] + report["errors"], [])

    def test_objects_are_what_kubernetes_expects(self):
        for case in rendering.cases():
            for item in rendering.objects(case):
                for version in (OLDEST, NEWEST):
                    with self.subTest(case=case, item=rendering.name_of(item), version=version):
                        if item["kind"] not in FOREIGN:
                            kubernetes_validate.validate(item, version, strict=True)

    def test_the_validation_finds_a_field_that_does_not_exist(self):
        item = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containerz": []}}
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(item, NEWEST, strict=True)

    def test_no_object_is_there_twice(self):
        for case in rendering.cases():
            names = [rendering.name_of(item) for item in rendering.objects(case)]
            self.assertEqual(len(names), len(set(names)), case)

    def test_every_object_has_the_usual_labels(self):
        names = ("name", "instance", "part-of", "version", "managed-by")
        for case in rendering.cases():
            for item in rendering.objects(case):
                labels = item["metadata"]["labels"]
                missing = [name for name in names if f"app.kubernetes.io/{name}" not in labels]
                self.assertEqual(missing, [], f"{case}: {rendering.name_of(item)}")

    def test_rendering_twice_gives_the_same(self):
        self.assertEqual(rendering.render({}), rendering.render({}))

    def test_the_notes_say_which_secrets_and_names_are_needed(self):
        def needed(values):
            return [line for line in rendering.notes(values).splitlines() if line.startswith("These Secrets")]

        self.assertEqual(needed({}), [])
        self.assertEqual(needed(rendering.values_of("kata")), [])
        tls = rendering.values_of("tls") | rendering.at("global.imagePullSecrets", [{"name": "registry"}])
        sandbox = "data-rel-synthsmith-sandbox"
        secrets = "synthsmith-keys, synthsmith-tls, registry"
        self.assertEqual(needed(tls), [f"These Secrets are needed in {sandbox} as well: {secrets}"])
        said = rendering.notes(tls)
        for item in rendering.objects("tls"):
            metadata = item["metadata"]
            if item["kind"] == "Service" and item["spec"].get("clusterIP") == "None":
                self.assertIn(f"\n  {metadata['name']}.{metadata['namespace']}.svc\n", said)
        self.assertIn(f"https://rel-synthsmith-verifier-headless.{sandbox}.svc:7116", said)
        self.assertIn(f"http://rel-synthsmith-verifier.{sandbox}.svc:7116", rendering.notes({}))
        self.assertIn("control groups", rendering.notes({}))
        self.assertNotIn("control groups", rendering.notes(rendering.at("verifier.sandbox.runtimeClassName", "writable")))

    def test_the_default_is_the_golden_one(self):
        """`UPDATE_GOLDEN=1` writes it; the difference is for people to look at."""
        text = "".join(f"# {name}\n{text.strip()}\n" for name, text in rendering.render({}).items() if text.strip())
        text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
        if os.environ.get("UPDATE_GOLDEN"):
            GOLDEN.write_text(text)
        self.assertEqual(text.splitlines(), GOLDEN.read_text().splitlines(), "UPDATE_GOLDEN=1 writes it anew")


if __name__ == "__main__":
    unittest.main()
