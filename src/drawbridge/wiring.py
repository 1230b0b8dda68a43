"""The only place where the real parts are made: broker clients, database pool, and what connects the rooms."""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    KafkaError,
    SaslAuthenticationFailed,
    TopicAlreadyExistsError,
    UnsupportedSaslMechanismError,
    for_code,
)

from drawbridge.access import database_options, kafka_options
from drawbridge.relay.producer import RelayProducer
from drawbridge.settings import Settings, SettingsError, without_password
from drawbridge.topics import OUTBOUND_BYTES, TopicPlan

#: the name that the embedded broker gives its cluster: it knows neither transactions nor idempotent producers
EMBEDDED_CLUSTER = "tansu_cluster"
INTAKE_GROUP = "drawbridge-intake"
DESK_GROUP = "drawbridge-desk"
RELAY_GROUP = "drawbridge-relay"
WATCH_GROUP = "drawbridge-watch"


#: seconds after which the database ends a transaction whose client says nothing
SILENT_S = 5.0
#: what the database calls the sessions of workers, and those of everybody else: a writer's successor ends the former
WORKERS_SESSION, SESSION = "drawbridge worker", "drawbridge"
#: records of one partition travel together up to this size; every topic takes it
BATCH_BYTES = 512 * 1024
#: seconds that a cluster may take to tell its brokers of a new topic
KNOWN_WITHIN_S = 10.0


#: a group waits so long for a living member that has partitions to give up: it may be opening desks
GIVE_UP_WITHIN_MS = 60_000


class UnreachableError(RuntimeError):
    """The broker or the database does not answer; the message says what to check."""


class AbsentError(UnreachableError):
    """Nothing answers there, or it is only starting: it may yet come."""


#: how connecting ends where no database is, or one that is starting or stopping
_NO_DATABASE = (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError)
#: how connecting ends where a broker is that will not let this program in, however often it asks, or may not be trusted
_REFUSED = (SaslAuthenticationFailed, UnsupportedSaslMechanismError, ssl.SSLCertVerificationError)
#: seconds in which a broker says so
REFUSES_WITHIN_S = 5.0


async def database(settings: Settings, silent_s: float = SILENT_S, session: str = SESSION) -> asyncpg.Pool:
    """Open a pool of connections to the journal.

    Args:
        settings: see there.
        silent_s: how long a transaction may stay open without a word, 0 for as long as it likes.
        session: what the database calls these connections.

    Raises:
        AbsentError: there is no database there.
        UnreachableError: there is one that does not let this program in, or the settings cannot be used.
    """
    try:
        pool = await asyncpg.create_pool(
            settings.database,
            min_size=1,
            max_size=8,
            command_timeout=60,
            reset=_left_as_it_was,
            server_settings={
                "application_name": session,
                "idle_in_transaction_session_timeout": f"{round(silent_s * 1000)}ms",
                "plan_cache_mode": "force_custom_plan",  # a plan for any month would look into each
            },
            **database_options(settings),
        )
    except SettingsError as why:
        raise UnreachableError(str(why)) from None
    except asyncpg.InvalidAuthorizationSpecificationError as why:
        raise UnreachableError(
            f"the database at {without_password(settings.database)} does not let this program in: {why}. Correct user"
            " and password: DRAWBRIDGE_DATABASE, DRAWBRIDGE_DATABASE_PASSWORD_FILE"
        ) from None
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as why:
        place = without_password(settings.database)
        kind = AbsentError if isinstance(why, _NO_DATABASE) else UnreachableError
        raise kind(f"no database at {place} (DRAWBRIDGE_DATABASE): {why or 'no answer'}") from None
    assert pool is not None  # noqa: S101 - it is None only for a pool that is not awaited
    return pool


async def _left_as_it_was(_connection: asyncpg.Connection) -> None:
    """Do nothing when a connection is given back: nobody changes a session's settings, and asking takes a round trip.

    What a transaction that was not ended holds, the pool rolls back before.
    """


@dataclass(slots=True)
class Broker:
    """What is known of the broker, and clients of it.

    Attributes:
        embedded: whether it is the one that is for looking around.
        security: what each client needs to be let in.
    """

    settings: Settings
    admin: AIOKafkaAdminClient
    embedded: bool
    security: dict[str, Any] = field(default_factory=dict, repr=False)

    async def close(self) -> None:
        """Close the administrative client."""
        await self.admin.close()

    async def topics(self) -> set[str]:
        """Return the names of all topics there are."""
        return set(await self.admin.list_topics())

    async def partitions(self, topic: str) -> int:
        """Return how many partitions a topic has; 0 when there is none."""
        described = await self.admin.describe_topics([topic])
        return len(described[0]["partitions"]) if described and not described[0]["error_code"] else 0

    async def create(self, plans: list[TopicPlan]) -> list[str]:
        """Make those of these topics that are missing, and return their names.

        Raises:
            KafkaError: the broker refused one.
        """
        there = await self.topics()
        missing = [plan for plan in plans if plan.name not in there]
        if not missing:
            return []
        copies = 1 if self.embedded else self.settings.replication_factor
        answer = await self.admin.create_topics(
            [NewTopic(plan.name, plan.partitions, copies, topic_configs=plan.configs) for plan in missing]
        )
        made = []
        for name, code, *_ in answer.topic_errors:
            error = for_code(code)
            if code == 0:
                made.append(name)
            elif error is not TopicAlreadyExistsError:  # another worker was quicker
                raise error(name)
        # the controller has made them; it takes a moment until each broker knows
        async with asyncio.timeout(KNOWN_WITHIN_S):
            while not {plan.name for plan in missing} <= await self.topics():  # noqa: ASYNC110 - a broker tells nobody
                await asyncio.sleep(0.05)
        return made

    async def differing(self, plans: list[TopicPlan]) -> list[str]:
        """Say in a line each what of these topics is not as this version needs it."""
        there = await self.topics()
        lines = [f"{plan.name}: missing" for plan in plans if plan.name not in there]
        present = [plan for plan in plans if plan.name in there]
        for plan in present:
            count = await self.partitions(plan.name)
            if count != plan.partitions:
                lines.append(f"{plan.name}: has {count} partitions instead of {plan.partitions}")
        for plan, found in zip(present, await self._configs(present), strict=True):
            lines += [
                f"{plan.name}: {key} is {found.get(key)} instead of {value}"
                for key, value in plan.configs.items()
                if found.get(key) != value
            ]
        return lines

    async def _configs(self, plans: list[TopicPlan]) -> list[dict[str, str]]:
        """Return the settings of each of these topics, which all exist."""
        if not plans or self.embedded:  # the embedded broker shows what it was told, not what it does
            return [plan.configs for plan in plans]
        wanted = [ConfigResource(ConfigResourceType.TOPIC, plan.name) for plan in plans]
        found: dict[str, dict[str, str]] = {}
        for answer in await self.admin.describe_configs(wanted):
            for _code, _message, _type, name, entries in answer.resources:
                found[name] = {entry[0]: entry[1] for entry in entries}
        return [found[plan.name] for plan in plans]

    def producer(self) -> AIOKafkaProducer:
        """Return a producer that is not started: idempotent where the broker can."""
        return AIOKafkaProducer(
            bootstrap_servers=self.settings.kafka,
            **self.security,
            max_request_size=OUTBOUND_BYTES + OUTBOUND_BYTES // 4,
            max_batch_size=BATCH_BYTES,
            acks="all",
            enable_idempotence=not self.embedded,
        )

    def relay_producer(self, partition: int) -> RelayProducer:
        """Return a transactional producer that is not started, and fences the one before it of the same partition."""
        patience_ms = self.settings.transaction_timeout_ms
        return RelayProducer(
            bootstrap_servers=self.settings.kafka,
            **self.security,
            max_request_size=OUTBOUND_BYTES + OUTBOUND_BYTES // 4,
            max_batch_size=BATCH_BYTES,
            transactional_id=self.settings.topic(f"drawbridge-relay-{partition}"),
            transaction_timeout_ms=patience_ms,
            request_timeout_ms=patience_ms,
        )

    def consumer(self, group: str | None = None, *, committed: bool = True) -> AIOKafkaConsumer:
        """Return a consumer that is not started; it commits nothing by itself.

        Args:
            group: its group's name without prefix; None for a consumer of no group.
            committed: whether it reads committed records only, and takes the last stable offset for the end.
        """
        session_ms = 2_000 if self.embedded else self.settings.session_timeout_ms  # it joins after half of that
        return AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka,
            **self.security,
            group_id=None if group is None else self.settings.topic(group),
            group_instance_id=None if group is None else self.settings.worker_id or None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed" if committed and not self.embedded else "read_uncommitted",
            fetch_max_wait_ms=self.settings.fetch_wait_ms,
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=session_ms if self.embedded else max(session_ms, GIVE_UP_WITHIN_MS),
            heartbeat_interval_ms=min(self.settings.heartbeat_ms, session_ms // 5),
        )


async def broker(settings: Settings, within_s: float = 10.0) -> Broker:
    """Meet the broker.

    Args:
        settings: see there.
        within_s: seconds that it may take.

    Raises:
        AbsentError: nothing answers there.
        UnreachableError: one answers that does not let this program in, or the settings cannot be used.
    """
    try:
        security = kafka_options(settings)
    except SettingsError as why:
        raise UnreachableError(str(why)) from None
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka, **security)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # its own words for what is said below
    try:
        async with asyncio.timeout(within_s):
            await admin.start()
            cluster = await admin.describe_cluster()
    except (KafkaError, OSError, ValueError, TimeoutError) as why:
        await admin.close()
        if (refusal := await _refusal(settings, security)) is not None:
            raise UnreachableError(
                f"the broker at {settings.kafka} and this program do not trust each other: {refusal}. Correct"
                " DRAWBRIDGE_KAFKA_USER, DRAWBRIDGE_KAFKA_PASSWORD_FILE, DRAWBRIDGE_KAFKA_MECHANISM,"
                " DRAWBRIDGE_KAFKA_CA_FILE, or have the broker know the user"
            ) from None
        kind = UnreachableError if isinstance(why, ValueError) else AbsentError
        raise kind(f"no broker at {settings.kafka} (DRAWBRIDGE_KAFKA): {why or 'no answer'}") from None
    finally:
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
    return Broker(settings, admin, cluster.get("cluster_id") == EMBEDDED_CLUSTER, security)


async def _refusal(settings: Settings, security: dict[str, Any]) -> Exception | None:
    """Return how a broker refuses this program; None where none does: the client keeps to itself why it met nobody."""
    for host, port, _ in collect_hosts(settings.kafka):
        try:
            async with asyncio.timeout(REFUSES_WITHIN_S):
                connection = await create_conn(host, port, **security)
        except _REFUSED as why:
            return why
        except (KafkaError, OSError, ValueError, TimeoutError):
            continue
        connection.close()
    return None
