"""The broker: its topics and their settings, copies of their partitions, and who of the service is at work there."""

from collections.abc import Iterable

from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from drawbridge import wiring
from drawbridge.duty.finding import Finding, fail, ok, warn
from drawbridge.duty.patient import Side
from drawbridge.topics import TopicPlan

#: what a group's members have been given, once that is settled
_STABLE = "Stable"


async def check_topics(side: Side, plans: list[TopicPlan]) -> list[Finding]:
    """Hold the topics against what this version needs."""
    found = []
    for line in await side.broker.differing(plans):
        if line.endswith("missing"):
            found.append(fail("topics", line, "run `drawbridge topics --apply`"))
        elif "message.timestamp.type" in line:
            advice = "set message.timestamp.type=LogAppendTime on it: intake refuses its records until then"
            found.append(fail("topics", line, advice))
        elif "partitions instead of" in line:
            advice = "set DRAWBRIDGE_FACTS_PARTITIONS to what the topics have; partitions cannot be changed later"
            found.append(warn("topics", line, advice))
        else:
            found.append(warn("topics", line, "set it with the broker's own tools; see `drawbridge topics`"))
    return found or [ok("topics", f"{len(plans)} topics are what this version needs")]


async def check_copies(side: Side, plans: Iterable[TopicPlan]) -> list[Finding]:
    """See whether each partition has a leader, and its copies are complete and as many as the settings say."""
    wanted = side.broker.settings.replication_factor
    there = await side.broker.topics()
    names = sorted(plan.name for plan in plans if plan.name in there)
    leaderless, behind, few = set(), set(), set()
    for topic in await side.broker.admin.describe_topics(names) if names else []:
        for partition in topic["partitions"]:
            place = f"{topic['topic']}/{partition['partition']}"
            if partition["leader"] < 0:
                leaderless.add(place)
            if len(partition["isr"]) < len(partition["replicas"]):
                behind.add(place)
            if len(partition["replicas"]) < wanted:
                few.add(topic["topic"])
    found = []
    if leaderless:
        advice = "start the brokers that hold them: nothing goes through until then"
        found.append(fail("copies", f"no leader: {listed(leaderless)}", advice))
    if behind:
        found.append(
            warn("copies", f"copies that are behind: {listed(behind)}", "see which broker is away or slow, and mend it")
        )
    if few:
        advice = "have the broker move them to more brokers (kafka-reassign-partitions.sh)"
        found.append(warn("copies", f"fewer than {wanted} copies: {listed(few)}", advice))
    return found or [ok("copies", f"every partition of {len(names)} topics has its leader and its copies")]


async def check_workers(side: Side) -> list[Finding]:
    """See whether somebody does intake's and the desk's work, all of it."""
    facts = {(place.topic, place.partition) for place in await side.facts()}
    found = []
    for group, role in ((wiring.INTAKE_GROUP, "intake"), (wiring.DESK_GROUP, "desk")):
        state, members, given = await _group(side, side.broker.settings.topic(group))
        left = facts - given if role == "desk" else set()
        start = f"start one: `drawbridge worker --roles {role}` (or with all roles)"
        if not members:
            found.append(fail("workers", f"no {role} is at work", start))
        elif state != _STABLE:
            advice = (
                "look again in half a minute; when it stays so, a worker joins and leaves over and over: see its log"
            )
            found.append(warn("workers", f"{role}: {members} at work, and their shares are being divided", advice))
        elif left:
            places = listed({f"{topic}/{number}" for topic, number in left})
            found.append(
                fail("workers", f"no {role} has {places}", "end and start the workers: they have to join anew")
            )
        else:
            found.append(ok("workers", f"{role}: {members} at work"))
    return found


async def _group(side: Side, group: str) -> tuple[str, int, set[tuple[str, int]]]:
    """Return a consumer group's state, the number of its members, and the partitions that they were given."""
    (answer,) = await side.broker.admin.describe_consumer_groups([group])
    told = answer.to_object()["groups"][0]
    given = {
        (place.topic, place.partition)
        for member in told["members"]
        if member["member_assignment"]
        for place in ConsumerProtocolMemberAssignment.decode(member["member_assignment"]).partitions()
    }
    return told["state"], len(told["members"]), given


def listed(names: Iterable[str], at_most: int = 5) -> str:
    """Return some names in order, and how many more there are."""
    told = sorted(names)
    more = f" and {len(told) - at_most} more" if len(told) > at_most else ""
    return ", ".join(told[:at_most]) + more
