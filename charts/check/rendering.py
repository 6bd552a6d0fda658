"""The chart, rendered with each file of values in ci/, and what is asked of objects again and again."""

import functools
from pathlib import Path

import helm_python
import yaml

CHECK = Path(__file__).resolve().parent
CHART = CHECK.parent / "synthsmith"
REPOSITORY = CHECK.parent.parent
RELEASE, NAMESPACE = "rel", "data"


class Loader(yaml.SafeLoader):
    """Two keys of one name would hide each other."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise yaml.YAMLError(f"twice in one map: {sorted(twice)} {node.start_mark}")
        return super().construct_mapping(node, deep)


def cases():
    return {path.name.removesuffix("-values.yaml"): path for path in sorted(CHART.glob("ci/*-values.yaml"))}


def values_of(case):
    return helm_python.values_from_yaml(cases()[case].read_text())


@functools.cache
def chart():
    return helm_python.Chart.load(CHART)


def at(path, value):
    """`at("a.b", 1)` is {"a": {"b": 1}}."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def render(values, namespace=NAMESPACE):
    """The texts of all objects, by the template they are from."""
    texts = chart().render(values, name=RELEASE, namespace=namespace)
    return {name: text for name, text in sorted(texts.items()) if not name.endswith("NOTES.txt")}


def notes(values):
    """What is said after an installation."""
    texts = chart().render(values, name=RELEASE, namespace=NAMESPACE)
    return next(text for name, text in texts.items() if name.endswith("NOTES.txt"))


def objects_of(texts):
    documents = [document for text in texts.values() for document in yaml.load_all(text, Loader)]
    return [document for document in documents if document]


@functools.cache
def objects(case):
    return objects_of(render(values_of(case)))


def objects_with(path, value):
    """The objects where one value is another than by default."""
    return objects_of(render(at(path, value)))


def of_kind(items, *kinds):
    return [item for item in items if item["kind"] in kinds]


def name_of(item):
    return f"{item['kind']} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"


def component_of(item):
    return item["metadata"]["labels"].get("app.kubernetes.io/component")


def pods(items):
    """Name, namespace, labels and spec of each pod that there will be."""
    for item in items:
        if item["kind"] == "Deployment":
            template = item["spec"]["template"]
            yield name_of(item), item["metadata"]["namespace"], template["metadata"]["labels"], template["spec"]
        elif item["kind"] == "Pod":
            metadata = item["metadata"]
            yield name_of(item), metadata["namespace"], metadata["labels"], item["spec"]


def pod_of(items, component):
    """The spec of a component's pods."""
    (spec,) = [spec for _, _, labels, spec in pods(items) if labels["app.kubernetes.io/component"] == component]
    return spec


def containers(spec):
    return spec.get("initContainers", []) + spec["containers"]


def matches(selector, labels):
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items())
