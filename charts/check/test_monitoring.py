"""Dashboards and alerts against the measures that the code takes."""

import json
import re
import unittest

import rendering
import yaml
from rendering import CHART, REPOSITORY, objects, of_kind, pods

MEASURE = re.compile(r"\bsynthsmith_\w+")
# With what stands between its brackets, which may hold calls.
TAKEN = re.compile(r"\b(counter|gauge|histogram)!\(((?:[^()]|\([^()]*\))*)\)")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
# Labels that whoever scrapes adds, and that of buckets.
OF_SCRAPING = {"namespace", "pod", "service", "le"}


def services():
    """The folders of the services that the chart runs; others are started by hand, where nobody scrapes them."""
    names = re.findall(r"\{name: ([\w-]+),", (CHART / "templates/_components.tpl").read_text())
    return [REPOSITORY / "services" / name for name in names]


def sources():
    of_services = [path for folder in services() for path in folder.glob("src/**/*.rs")]
    paths = [*of_services, *REPOSITORY.glob("crates/*/src/**/*.rs")]
    return {path: path.read_text() for path in sorted(paths)}


def measures():
    """The measures of the code by name, with the macro that takes them and the labels it gives."""
    found = {}
    for text in sources().values():
        constants = dict(re.findall(r'const (\w+): &str = "(synthsmith_\w+)";', text))
        for kind, body in TAKEN.findall(text):
            first = body.split(",")[0].strip()
            name = first.strip('"') if first.startswith('"') else constants.get(first)
            if name and name.startswith("synthsmith_"):
                labels = set(re.findall(r'"(\w+)"\s*=>', body))
                known = found.setdefault(name, (kind, set()))
                known[1].update(labels)
    return found


def measure_of(name, known):
    """The measure behind a series, which for a histogram has an ending."""
    for ending in ("_bucket", "_count", "_sum"):
        base = name.removesuffix(ending)
        if base != name and known.get(base, ("",))[0] == "histogram":
            return base
    return name if known.get(name, ("histogram",))[0] != "histogram" else None


def dashboards():
    return {path.name: json.loads(path.read_text()) for path in sorted(CHART.glob("dashboards/*.json"))}


def queries():
    for name, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield f"{name}: {panel['title']}", target["expr"], target["legendFormat"]
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                yield f"{name}: {variable['name']}", variable["query"]["query"], ""
    for group in yaml.safe_load((CHART / "alerts/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"], ""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    for component in ("defaults", "verifier"):
        yield f"keda of {component}", values[component]["autoscaling"]["keda"]["query"], ""


class Monitoring(unittest.TestCase):
    def test_the_code_has_measures(self):
        self.assertGreater(len(measures()), 20)

    def test_every_query_asks_for_measures_that_are_taken(self):
        known = measures()
        for where, query, _ in queries():
            names = MEASURE.findall(query)
            self.assertTrue(names, where)
            for name in names:
                self.assertIn(measure_of(name, known), known, f"{where}: {name}")

    def test_every_query_selects_by_labels_that_are_given(self):
        known = measures()
        for where, query, legend in queries():
            labels = OF_SCRAPING.union(*(known[measure_of(name, known)][1] for name in MEASURE.findall(query)))
            used = set(LABEL.findall(query)) | set(re.findall(r"\{\{(\w+)\}\}", legend))
            for grouped in re.findall(r"\bby \(([^)]*)\)", query):
                used |= {label.strip() for label in grouped.split(",")}
            self.assertLessEqual(used, labels, where)

    def test_every_measure_is_on_a_dashboard(self):
        shown = " ".join(query for where, query, _ in queries() if ".json" in where)
        missing = [name for name in measures() if name not in shown]
        self.assertEqual(missing, [])

    def test_brackets_are_closed(self):
        for where, query, _ in queries():
            for opening, closing in ("()", "[]", "{}"):
                self.assertEqual(query.count(opening), query.count(closing), where)

    def test_dashboards_name_no_source_of_their_own_and_differ(self):
        uids = [dashboard["uid"] for dashboard in dashboards().values()]
        self.assertEqual(len(uids), len(set(uids)))
        for name, dashboard in dashboards().items():
            found = set(re.findall(r'"datasource": \{[^}]*"uid": "([^"]*)"', json.dumps(dashboard)))
            self.assertEqual(found, {"${datasource}"}, name)
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(ids), len(set(ids)))
            self.assertTrue(all(panel.get("description") or panel["type"] == "row" for panel in dashboard["panels"]))

    def test_dashboards_arrive_as_they_are(self):
        maps = [item for item in of_kind(objects("ha"), "ConfigMap") if "dashboard" in item["metadata"]["name"]]
        arrived = {name: json.loads(text) for item in maps for name, text in item["data"].items()}
        self.assertEqual(arrived, dashboards())
        self.assertTrue(all(item["metadata"]["labels"]["grafana_dashboard"] == "1" for item in maps))

    def test_alerts_arrive_with_their_own_templates(self):
        (rule,) = of_kind(objects("ha"), "PrometheusRule")
        rules = [rule for group in rule["spec"]["groups"] for rule in group["rules"]]
        self.assertIn('namespace=~"data|data-rel-synthsmith-sandbox"', rules[0]["expr"])
        self.assertIn("{{ $labels.method }}", rules[0]["annotations"]["summary"])
        for rule in rules:
            self.assertTrue({"summary", "description"} <= set(rule["annotations"]), rule["alert"])
            self.assertIn(rule["labels"]["severity"], ("info", "warning", "critical"))
        names = [rule["alert"] for rule in rules]
        self.assertEqual(len(names), len(set(names)))

    def test_monitors_find_each_pod_once(self):
        items = objects("ha")
        monitors = of_kind(items, "ServiceMonitor")
        found = []
        for monitor in monitors:
            (namespace,) = monitor["spec"]["namespaceSelector"]["matchNames"]
            (endpoint,) = monitor["spec"]["endpoints"]
            for service in of_kind(items, "Service"):
                metadata = service["metadata"]
                ports = [port["name"] for port in service["spec"]["ports"]]
                is_meant = rendering.matches(monitor["spec"]["selector"], metadata["labels"])
                if metadata["namespace"] == namespace and is_meant and endpoint["port"] in ports:
                    found.append(metadata["name"])
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(len(found), len([1 for name, *_ in pods(items) if name.startswith("Deployment")]))


if __name__ == "__main__":
    unittest.main()
