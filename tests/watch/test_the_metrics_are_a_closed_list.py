"""What is scraped of a worker is the list, named as Prometheus has it, and no value of it comes out of a message."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drawbridge.watch import metrics
from drawbridge.watch.metrics import METRICS, Meter, Metric

#: the labels that there are, each with where its values come from
LABELS = {
    "scheme": "profiles",
    "type": "models",
    "answer": "three words",
    "code": "bank.rejects",
    "reason": "dead letters",
    "stage": "intake, desk, relay",
    "source": "topics and partitions, or broker and database",
    "partition": "of facts",
    "outcome": "two words",
    "topic": "of the broker",
    "version": "of the package",
}


def test_what_is_scraped_is_the_list() -> None:
    """No name is missing and no other comes, with kind and help as listed."""
    told = {family.name: family for family in text_string_to_metric_families(Meter().text().decode())}
    listed = {metric.name.removesuffix("_total"): metric for metric in METRICS}
    assert set(told) == set(listed)
    for name, metric in listed.items():
        assert told[name].type == metric.kind
        if metric in metrics.OWN:
            assert told[name].documentation == metric.help


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_name_keeps_the_conventions(metric: Metric) -> None:
    """Our own begin with our name, counters end in `_total`, base units stand in the name."""
    assert metric.name.startswith("drawbridge_" if metric in metrics.OWN else "process_")
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    if metric.unit.startswith("seconds"):
        assert metric.name.removesuffix("_total").endswith("_seconds")
    assert metric.help
    assert not metric.help.endswith(".")


def test_every_label_has_a_closed_list_behind_it() -> None:
    """A label whose values senders choose would let them make series without end, and could be personal."""
    assert {label for metric in METRICS for label in metric.labels} == set(LABELS)


def test_what_is_counted_measured_and_set_is_told() -> None:
    """A counter adds up, a histogram keeps sum and count, a gauge holds the last value."""
    meter = Meter()
    meter.count(metrics.DEAD_LETTERS, reason="malformed")
    meter.count(metrics.DEAD_LETTERS, 2, reason="malformed")
    meter.observe(metrics.RECEIPT_LATENCY, 0.2)
    meter.set(metrics.READY, 1)
    value = meter.registry.get_sample_value
    assert value("drawbridge_dead_letters_total", {"reason": "malformed"}) == 3
    assert value("drawbridge_receipt_latency_seconds_sum") == 0.2
    assert value("drawbridge_receipt_latency_seconds_bucket", {"le": "0.1"}) == 0
    assert value("drawbridge_receipt_latency_seconds_bucket", {"le": "0.2"}) == 1
    assert value("drawbridge_ready") == 1


def test_a_partition_that_went_away_is_told_no_more() -> None:
    """A lag that stays behind would keep somebody up at night for another worker's partition."""
    meter = Meter()
    meter.replace(metrics.LAG, {("desk", "facts/0"): 5, ("desk", "facts/1"): 7})
    meter.replace(metrics.LAG, {("desk", "facts/1"): 0})
    text = meter.text().decode()
    assert 'drawbridge_lag_records{source="facts/1",stage="desk"} 0.0' in text
    assert "facts/0" not in text


def test_two_meters_know_nothing_of_each_other() -> None:
    """There is no registry that a process shares."""
    one, other = Meter(), Meter()
    one.count(metrics.DEAD_LETTERS, reason="malformed")
    assert other.registry.get_sample_value("drawbridge_dead_letters_total", {"reason": "malformed"}) == 0
