"""What deploys the service names settings, commands and files that exist, and gives it no more than it needs."""

import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import yaml
from helm import helm
from prometheus_client import ProcessCollector

from drawbridge.cli import COMMANDS
from drawbridge.settings import SECRETS, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "drawbridge"
KNOWN = {f"DRAWBRIDGE_{name.upper()}" for name in Settings.__dataclass_fields__}
KNOWN |= {f"DRAWBRIDGE_{name.upper()}_FILE" for name in SECRETS}


def parsed(path: Path) -> Any:
    """Return what a YAML file says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def asked(*arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Return what Helm does and says."""
    there = helm()
    if there is None:
        pytest.skip("helm is neither installed nor in the cache: the chart is not rendered")
    return subprocess.run([there, *arguments], check=check, capture_output=True, text=True)


def rendered(*arguments: str) -> list[Any]:
    """Return the objects that the chart makes."""
    said = asked("template", "city", str(CHART), "--kube-version", "1.33.0", *arguments).stdout
    return [made for made in yaml.safe_load_all(said) if made]


def test_compose_names_settings_and_commands_that_exist() -> None:
    """An unknown setting would keep the service from starting."""
    services = parsed(DEPLOY / "compose.yaml")["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "drawbridge"}
    assert set(ours) == {"migrate", "topics", "worker-1", "worker-2"}
    for service in ours.values():
        assert set(service["environment"]) <= KNOWN
        assert service["command"][0] in COMMANDS
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    assert (
        ours["worker-1"]["environment"]["DRAWBRIDGE_WORKER_ID"]
        != ours["worker-2"]["environment"]["DRAWBRIDGE_WORKER_ID"]
    )


def test_compose_waits_only_for_what_it_starts() -> None:
    """Dependencies, volumes and secrets are declared."""
    told = parsed(DEPLOY / "compose.yaml")
    for service in told["services"].values():
        assert set(service.get("depends_on", {})) <= set(told["services"])
        assert set(service.get("secrets", [])) <= set(told["secrets"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(told["volumes"])


def test_the_images_are_pinned_to_a_version() -> None:
    """What was tried is what runs, from whatever registry one has."""
    containerfile = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", containerfile, re.MULTILINE)
    images += [service["image"] for service in parsed(DEPLOY / "compose.yaml")["services"].values()]
    for image in images:
        assert image == "drawbridge" or re.fullmatch(r"(?:[a-z]+/)?[a-z]+:[\w.-]*\d[\w.-]*", image), image


def test_the_image_is_built_from_files_that_are_let_in() -> None:
    """Each copied file exists, and the list of what is left out lets it in."""
    containerfile = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    let_in = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = {
        name for line in re.findall(r"^COPY (?!--)(.+) \S+$", containerfile, re.MULTILINE) for name in line.split()
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert "--require-hashes" in containerfile
    assert re.search(r"^USER 10001:10001$", containerfile, re.MULTILINE)


def test_the_unit_names_settings_that_exist() -> None:
    """And it is confined."""
    unit = (DEPLOY / "systemd" / "drawbridge.service").read_text(encoding="utf-8")
    assert set(re.findall(r"^Environment=(DRAWBRIDGE_\w+)=", unit, re.MULTILINE)) <= KNOWN
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
        assert line in unit.splitlines()


def test_the_unit_leaves_in_sight_what_a_worker_measures_itself_by(tmp_path: Path) -> None:
    """Without /proc/stat there are no metrics of the process, and the alerts on memory and files would keep silent."""
    assert ProcessCollector(registry=None).collect()
    assert not ProcessCollector(proc=str(tmp_path), registry=None).collect()
    unit = (DEPLOY / "systemd" / "drawbridge.service").read_text(encoding="utf-8")
    assert not re.search(r"^ProcSubset=pid", unit, re.MULTILINE)


def test_the_charts_own_values_fit_its_schema() -> None:
    """And a setting that is a secret, or a misspelt value, does not."""
    schema = orjson.loads((CHART / "values.schema.json").read_bytes())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    values = parsed(CHART / "values.yaml")
    validator.validate(values)
    assert not validator.is_valid(values | {"worker": 3})
    secret = {"KAFKA": "kafka:9092", "KAFKA_PASSWORD": "secret"}
    assert not validator.is_valid(values | {"settings": secret})
    assert {f"DRAWBRIDGE_{name}" for name in values["settings"]} <= KNOWN
    assert set(schema["properties"]["secrets"]["properties"]["keys"]["propertyNames"]["enum"]) == {
        name.upper() for name in SECRETS
    }


def test_helm_takes_the_chart_and_its_schema() -> None:
    """It warns of nothing, and refuses a misspelt value before anything is made of it."""
    assert "0 chart(s) failed" in asked("lint", "--strict", str(CHART)).stdout
    refused = asked("template", "city", str(CHART), "--set", "workers.replica=3", check=False)
    assert refused.returncode
    assert "values don't meet the specifications of the schema" in refused.stderr


def test_every_pod_of_the_chart_is_confined() -> None:
    """Not root, nothing to write to, no rights in the cluster; its settings are known."""
    secured = ["--set", "certificates.name=pem", "--set", "certificates.files.KAFKA_CA_FILE=ca.crt"]
    made = {one["kind"]: one for one in rendered(*secured)}
    assert set(made) == {"NetworkPolicy", "PodDisruptionBudget", "Service", "StatefulSet", "Job"}
    for kind in ("StatefulSet", "Job"):
        pod = made[kind]["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert not pod["automountServiceAccountToken"]
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert not container["securityContext"]["allowPrivilegeEscalation"]
            assert container["args"][0] in COMMANDS
            names = {variable["name"] for variable in container["env"]}
            assert {"DRAWBRIDGE_KAFKA_CA_FILE", "DRAWBRIDGE_DATABASE_FILE"} <= names <= KNOWN
    worker = made["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]
    assert "DRAWBRIDGE_WORKER_ID" in {variable["name"] for variable in worker["env"]}


def test_the_cluster_asks_where_the_worker_answers() -> None:
    """Probes, policy and service name one port; a worker that is not ready is not restarted for it."""
    made = {one["kind"]: one for one in rendered("--set", "monitoring.port=9999")}
    worker = made["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]
    told = {variable["name"]: variable.get("value") for variable in worker["env"]}
    assert (told["DRAWBRIDGE_HEALTH_HOST"], told["DRAWBRIDGE_HEALTH_PORT"]) == ("0.0.0.0", "9999")  # noqa: S104 - in a pod
    assert worker["ports"] == [{"name": "monitoring", "containerPort": 9999}]
    assert worker["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "monitoring"}
    assert worker["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "monitoring"}
    assert made["NetworkPolicy"]["spec"]["ingress"] == [{"ports": [{"protocol": "TCP", "port": 9999}]}]
    assert made["Service"]["spec"]["ports"] == [{"name": "monitoring", "port": 9999, "targetPort": "monitoring"}]


def test_a_worker_reaches_its_servers_and_a_collector_only_if_there_is_one() -> None:
    """What it has no business with it cannot reach."""

    def reached(*arguments: str) -> list[int]:
        policy = next(one for one in rendered(*arguments) if one["kind"] == "NetworkPolicy")
        return [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]]

    assert reached() == [53, 53, 9092, 5432]
    assert reached("--set", "network.collector.ports={4318}", "--set-json", "network.collector.to=[]")[4:] == [4318]


def test_the_prometheus_operator_is_told_where_to_look_if_it_is_there() -> None:
    """Its objects exist only where it is installed."""
    said = rendered("--set", "monitoring.serviceMonitor.enabled=true", "--set", "monitoring.serviceMonitor.labels.a=b")
    monitor = next(one for one in said if one["kind"] == "ServiceMonitor")
    service = next(one for one in said if one["kind"] == "Service")
    assert monitor["metadata"]["labels"]["a"] == "b"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
    assert monitor["spec"]["endpoints"][0]["relabelings"] == [{"targetLabel": "job", "replacement": "drawbridge"}]


def test_the_chart_can_leave_topics_to_somebody_else() -> None:
    """Then its job only migrates."""
    job = next(one for one in rendered("--set", "migration.topics=false") if one["kind"] == "Job")
    assert [container["args"] for container in job["spec"]["template"]["spec"]["containers"]] == [["migrate"]]
