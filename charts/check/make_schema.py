"""Writes values.schema.json: what each value may be. A name that is not here is refused.

    make_schema.py            writes the file
    make_schema.py --check    fails where it is out of date
"""

import json
import sys
from pathlib import Path

import yaml

CHART = Path(__file__).parent.parent / "synthsmith"
SCHEMA = CHART / "values.schema.json"
DEFAULT_VALUES = yaml.safe_load((CHART / "values.yaml").read_text())

# === kinds of values ===
TEXT = {"type": "string"}
NAME = {"type": "string", "pattern": "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$", "maxLength": 253}
LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
SWITCH = {"type": "boolean"}
# What Kubernetes itself defines is left to it.
FREE_MAP = {"type": "object"}
FREE_LIST = {"type": "array", "items": {"type": "object"}}
WORDS = {"type": "array", "items": {"type": "string"}}
QUANTITY = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$"}
DIGEST = {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"}
DURATION = {"type": "string", "pattern": "^[0-9]+(s|m|h)$"}
PERCENT_OR_COUNT = {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[1-9][0-9]?%$"}]}
VARIABLES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": TEXT, "value": TEXT, "valueFrom": FREE_MAP},
    },
}


def one_of(*values):
    return {"type": "string", "enum": list(values)}


def whole(least, most):
    return {"type": "integer", "minimum": least, "maximum": most}


def table(**properties):
    return {"type": "object", "additionalProperties": False, "properties": properties}


PORT = whole(1, 65535)
PORTS = {"type": "array", "minItems": 1, "items": PORT}
DEFINITIONS = {}


def shared(name, schema):
    """A schema that is written once and named where it is used."""
    DEFINITIONS[name] = schema
    return {"$ref": f"#/$defs/{name}"}


def resolved(schema):
    return DEFINITIONS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def complete(schema, default):
    """The same, but whatever has a default must be there: null, or the values of an older release, are refused by the name of what is missing.

    A map that is not ours and comes filled may be emptied by null.
    """
    properties = resolved(schema).get("properties", {})
    below = {name: complete(inner, default[name]) if name in default else inner for name, inner in properties.items()}
    required = []
    for name, inner in properties.items():
        is_map_of_others = inner.get("type") == "object" and "properties" not in inner
        if name in default and not (is_map_of_others and default[name]):
            required.append(name)
    if not required and below == properties:
        return schema
    return resolved(schema) | {"required": required, "properties": below}


def image(**more):
    policy = one_of("Always", "IfNotPresent", "Never")
    return table(registry=TEXT, repository=TEXT, tag=TEXT, digest=DIGEST, pullPolicy=policy, **more)


RESOURCES = shared(
    "resources",
    table(
        requests={"type": "object", "additionalProperties": QUANTITY},
        limits={"type": "object", "additionalProperties": QUANTITY},
    ),
)
PROBE = shared(
    "probe",
    table(
        initialDelaySeconds=whole(0, 3600),
        periodSeconds=whole(1, 3600),
        timeoutSeconds=whole(1, 600),
        failureThreshold=whole(1, 10000),
        successThreshold=whole(1, 100),
    ),
)
# The databases are SQLite: an access that many pods could have would be used by none but one.
PERSISTENCE = shared(
    "persistence",
    table(
        enabled=SWITCH,
        existingClaim=NAME,
        storageClass=NAME,
        accessModes={"type": "array", "minItems": 1, "items": one_of("ReadWriteOnce", "ReadWriteOncePod")},
        size=QUANTITY,
        retain=SWITCH,
    ),
)
AUTOSCALING = shared(
    "autoscaling",
    table(
        kind=one_of("none", "hpa", "keda"),
        minReplicas=whole(1, 1000),
        maxReplicas=whole(1, 1000),
        targetCPUUtilizationPercentage=whole(1, 100),
        metrics=FREE_LIST,
        behavior=FREE_MAP,
        keda=table(
            serverAddress=TEXT,
            query=TEXT,
            threshold=TEXT,
            pollingInterval=whole(1, 3600),
            cooldownPeriod=whole(0, 86400),
        ),
    ),
)

IMAGE = shared("image", image())
ENVIRONMENT = shared("variables", VARIABLES)

# === components ===
SETTINGS_OF_SERVERS = table(max_calls=whole(1, 1000000), max_deadline_seconds=whole(1, 86400), reflection=SWITCH)
EVERY = {
    "image": IMAGE,
    "command": WORDS,
    "args": WORDS,
    "serverSettings": SETTINGS_OF_SERVERS,
    "resources": RESOURCES,
    "nodeSelector": LABELS,
    "tolerations": FREE_LIST,
    "affinity": FREE_MAP,
    "topologySpreadConstraints": FREE_LIST,
    "priorityClassName": NAME,
    "terminationGracePeriodSeconds": whole(1, 86400),
    "preStopSeconds": whole(0, 3600),
    "graceSeconds": whole(0, 86400),
    "podAnnotations": LABELS,
    "podLabels": LABELS,
    "securityContext": FREE_MAP,
    "extraEnv": ENVIRONMENT,
    "extraEnvFrom": FREE_LIST,
    "extraVolumes": FREE_LIST,
    "extraVolumeMounts": FREE_LIST,
    "initContainers": FREE_LIST,
    "sidecars": FREE_LIST,
    "service": table(annotations=LABELS),
    "probes": table(startup=PROBE, liveness=PROBE, readiness=PROBE),
    "serviceAccount": table(create=SWITCH, name=NAME, annotations=LABELS),
    "extraIngress": FREE_LIST,
}
# The verifier's runtime, pod and egress follow from its profile.
UNSANDBOXED = {"runtimeClassName": NAME, "podSecurityContext": FREE_MAP, "extraEgress": FREE_LIST}
ABSENT = {"enabled": SWITCH, "externalAddress": {"type": "string", "pattern": "^(https?://[^\\s]+)?$"}}
REPLICAS = {
    "replicaCount": whole(1, 1000),
    "updateStrategy": FREE_MAP,
    "autoscaling": AUTOSCALING,
    "pdb": table(enabled=SWITCH, maxUnavailable=PERCENT_OR_COUNT),
}
STATE = {"persistence": PERSISTENCE}
# The tables themselves are checked by the services, which know their keys.
SETTINGS = {"settings": FREE_MAP}
DEFAULTS = table(**EVERY, **UNSANDBOXED, **ABSENT, **REPLICAS, **STATE, **SETTINGS)
STATEFUL = shared("stateful", table(**EVERY, **UNSANDBOXED, **ABSENT, **STATE, **SETTINGS))
STATELESS = shared("stateless", table(**EVERY, **UNSANDBOXED, **ABSENT, **REPLICAS, **SETTINGS))
TEACHER = table(**EVERY, **UNSANDBOXED, **REPLICAS, **SETTINGS)

SANDBOX = complete(
    table(
        profile=one_of("dind-userns", "gvisor", "kata", "dind-privileged"),
        userNamespacesAssured=SWITCH,
        dangerouslyAllowPrivilegedOnNode=SWITCH,
        runtimeClassName=NAME,
        otlp=SWITCH,
        slots=whole(1, 1024),
        poolSize=whole(0, 1024),
        namespace=table(name=NAME, create=SWITCH),
        image=table(
            source=one_of("archive", "build"),
            archive=image(path={"type": "string", "pattern": "^/"}, resources=RESOURCES),
            build=table(to=FREE_LIST),
        ),
        engine=table(image=image(gvisorTag=TEXT), extraArgs=WORDS, resources=RESOURCES, stateSize=QUANTITY),
    ),
    DEFAULT_VALUES["verifier"]["sandbox"],
)
VERIFIER = table(**EVERY, **ABSENT, **REPLICAS, **SETTINGS, sandbox=SANDBOX) | {"required": ["sandbox"]}

# === everything ===
VLLM = table(
    replicaCount=whole(1, 1000),
    image=IMAGE,
    model={"type": "string", "minLength": 1},
    gpus=whole(1, 64),
    gpuResource=TEXT,
    extraArgs=WORDS,
    extraEnv=ENVIRONMENT,
    resources=RESOURCES,
    nodeSelector=LABELS,
    tolerations=FREE_LIST,
    affinity=FREE_MAP,
    startSeconds=whole(10, 86400),
    terminationGracePeriodSeconds=whole(1, 86400),
    sharedMemory=QUANTITY,
    cache=table(existingClaim=NAME, size=QUANTITY),
    downloadToken=table(existingSecret=NAME, key=TEXT),
    downloadFrom=FREE_LIST,
)
# Over `defaults`, where what they lack is.
COMPONENTS = {
    "gateway": STATEFUL,
    "orchestrator": STATEFUL,
    "trainer": STATEFUL,
    "featureEvolver": STATELESS,
    "taskSynth": STATELESS,
    "solver": STATELESS,
    "testGen": STATELESS,
    "teacher": TEACHER,
    "verifier": VERIFIER,
}
OTHERS = table(
    nameOverride=NAME,
    fullnameOverride=NAME,
    **{
        "global": table(
            imageRegistry=TEXT,
            imagePullSecrets=FREE_LIST,
            storageClass=NAME,
            commonLabels=LABELS,
            nodeSelector=LABELS,
            priorityClassName=NAME,
            listenAddress=one_of("0.0.0.0", "[::]"),
            log=TEXT,
            logFormat=one_of("json", "text"),
            otel=table(endpoint={"type": "string", "pattern": "^(https?://.+)?$"}, env=LABELS),
        )
    },
    endpoint=table(
        kind=one_of("teacher", "vllm", "external"),
        baseUrl={"type": "string", "pattern": "^(https?://.+)?$"},
        model={"type": "string", "minLength": 1},
        apiKey=table(existingSecret=NAME, key=TEXT),
    ),
    security=table(
        keys=table(existingSecret=NAME, key=TEXT),
        ownKey=table(existingSecret=NAME, key=TEXT),
        tls=table(existingSecret=NAME, requireClientCertificate=SWITCH),
        allowAnonymous=SWITCH,
        reloadSeconds=whole(1, 3600),
    ),
    networkPolicy=table(
        enabled=SWITCH,
        dns=table(to=FREE_LIST, ports=PORTS),
        scrapeFrom=FREE_LIST,
        clients=table(orchestrator=FREE_LIST, verifier=FREE_LIST, trainer=FREE_LIST),
        otlp=table(to=FREE_LIST, port=PORT),
        external=table(to=FREE_LIST, ports=PORTS),
        endpoint=table(to=FREE_LIST, ports=PORTS),
    ),
    monitoring=table(
        serviceMonitors=table(enabled=SWITCH, interval=DURATION, labels=LABELS),
        alerts=table(enabled=SWITCH, labels=LABELS),
        dashboards=table(enabled=SWITCH, labels=LABELS, annotations=LABELS),
    ),
    defaults=DEFAULTS,
    vllm=VLLM,
    tests=table(enabled=SWITCH, image=IMAGE, resources=RESOURCES),
)
ROOT = complete(OTHERS, DEFAULT_VALUES)
ROOT["properties"].update(COMPONENTS)
ROOT["required"].extend(COMPONENTS)


def schema():
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Values of synthsmith", **ROOT, "$defs": DEFINITIONS}
    return json.dumps(document, indent=1) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        is_current = SCHEMA.is_file() and SCHEMA.read_text() == schema()
        sys.exit(None if is_current else f"{SCHEMA.name} is out of date: run {Path(__file__).name}")
    SCHEMA.write_text(schema())
