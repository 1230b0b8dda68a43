"""Alarms and dashboard go by metrics that exist; each alarm has its page, and scenes that show when it is raised."""

import re
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from promtool import promtool

from drawbridge.watch.metrics import METRICS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
RUNBOOKS = ROOT / "docs" / "runbooks" / "service"

_NAME = re.compile(r"\b(?:drawbridge|process)_\w+")
_LABEL = re.compile(r"(\w+)\s*=~?\s*\"|\bby \(([\w, ]*)\)")
#: what Prometheus adds to every series, and what a histogram's buckets have
_GIVEN = {"job", "instance", "le"}


def alarms() -> list[dict[str, Any]]:
    """Return the alerting rules."""
    told = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Return the dashboard's panels."""
    told = orjson.loads((DEPLOY / "grafana" / "dashboard.json").read_bytes())
    return list(told["panels"])


def expressions() -> dict[str, str]:
    """Return every expression, by where it stands."""
    found = {alarm["alert"]: alarm["expr"] for alarm in alarms()}
    return found | {
        f"panel “{panel['title']}” {target['refId']}": target["expr"]
        for panel in panels()
        for target in panel["targets"]
    }


def series() -> dict[str, set[str]]:
    """Return the names that a worker tells, each with its labels."""
    names: dict[str, set[str]] = {}
    for metric in METRICS:
        parts = ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",)
        names |= {metric.name + part: set(metric.labels) for part in parts}
    return names


@pytest.mark.parametrize(("where", "expression"), expressions().items(), ids=expressions())
def test_an_expression_names_metrics_and_labels_that_exist(where: str, expression: str) -> None:
    """An alarm on a misspelt name is never raised, and nobody notices."""
    known, names = series(), set(_NAME.findall(expression))
    assert names <= set(known)
    assert names or "up{" in expression
    labels = {one for pair in _LABEL.findall(expression) for part in pair for one in re.findall(r"\w+", part)}
    assert labels <= _GIVEN.union(*(known[name] for name in names))


def test_no_metric_of_ours_is_looked_at_by_nobody() -> None:
    """What stands neither on the dashboard nor in an alarm could be left out."""
    looked_at = {name for expression in expressions().values() for name in _NAME.findall(expression)}
    for metric in METRICS:
        if metric.name.startswith("drawbridge_"):
            assert any(name.startswith(metric.name) for name in looked_at), metric.name


def test_each_alarm_has_its_page_and_each_page_its_alarm() -> None:
    """The page names the alarm and its severity first."""
    named = set()
    for alarm in alarms():
        page = ROOT / alarm["annotations"]["runbook"]
        assert page.parent == RUNBOOKS
        assert f"`{alarm['alert']}`, {alarm['labels']['severity']}." in page.read_text(encoding="utf-8")
        named.add(page)
    assert named == set(RUNBOOKS.glob("*.md"))


def test_each_alarm_is_raised_and_not_raised_in_a_scene() -> None:
    """The scenes run where promtool can be had; that none is missing is seen everywhere."""
    told = yaml.safe_load((RULES.parent / "rules.test.yml").read_text(encoding="utf-8"))
    checks = [check for scene in told["tests"] for check in scene["alert_rule_test"]]
    names = {alarm["alert"] for alarm in alarms()}
    assert {check["alertname"] for check in checks if check.get("exp_alerts")} == names
    assert {check["alertname"] for check in checks if not check.get("exp_alerts")} == names


@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "rules.yml"), ("test", "rules", "rules.test.yml"), ("check", "config", "prometheus.yml")],
    ids=["rules are well-formed", "scenes", "configuration"],
)
def test_prometheus_says_so_too(arguments: tuple[str, ...]) -> None:
    """Its own checker reads the rules, plays the scenes, and takes the configuration."""
    program = promtool()
    if program is None:
        pytest.skip("promtool is not installed, and apt-get cannot download it: the alarms' scenes are not played")
    done = subprocess.run([program, *arguments], cwd=RULES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_can_be_provisioned() -> None:
    """Its panels do not lie on one another, and ask the data source that is provisioned."""
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8"))
    places: set[tuple[int, int]] = set()
    for panel in panels():
        assert panel["datasource"]["uid"] == sources["datasources"][0]["uid"]
        at = panel["gridPos"]
        mine = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not mine & places, panel["title"]
        assert max(x for x, _ in mine) < 24
        places |= mine


def test_the_compose_file_scrapes_the_workers_that_it_starts() -> None:
    """Under the job that the alarms go by, on the port that the workers are told; Grafana finds Prometheus."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    scrape = yaml.safe_load((RULES.parent / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert [job["job_name"] for job in scrape] == ["drawbridge"]
    targets = {target for config in scrape[0]["static_configs"] for target in config["targets"]}
    workers = {name: told["environment"] for name, told in services.items() if name.startswith("worker")}
    assert targets == {f"{name}:{environment['DRAWBRIDGE_HEALTH_PORT']}" for name, environment in workers.items()}
    mounted = [volume.split(":")[0] for name in ("prometheus", "grafana") for volume in services[name]["volumes"]]
    assert all((DEPLOY / path).exists() for path in mounted if path.startswith("."))
    for name in ("prometheus", "grafana"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"]), "this machine only"
