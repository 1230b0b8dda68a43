"""Behind TLS, SASL and the authorizer the service works with the rights that the guide lists, and no others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import confluent_kafka
import orjson
import pytest
import real_kafka
from certificates import Authority, new_authority
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from running_service import CASES, PATIENCE_S, Service

from drawbridge.sending import sender_and_key

GUIDE = Path(__file__).parents[2] / "docs" / "operator-guide.md"
LINES = (CASES / "1-on-time.ndjson").read_bytes().splitlines()
PASSWORDS = {name: f"secret-of-{name}" for name in ("broker", "drawbridge", "maker", "bank", "other")}


@dataclass(frozen=True, slots=True)
class Secured:
    """A broker that lets in only whom it knows, in one of its two ways."""

    address: str
    protocol: str
    authority: Authority
    folder: Path

    def principal(self, user: str) -> str:
        """Return how the broker calls a user."""
        return f"User:CN={user}" if self.protocol == "SSL" else f"User:{user}"

    def environment(self, user: str) -> dict[str, str]:
        """Return the service's settings for this user, the password in a file."""
        told = {
            "DRAWBRIDGE_KAFKA_PROTOCOL": self.protocol,
            "DRAWBRIDGE_KAFKA_CA_FILE": str(self.authority.certificate),
        }
        if self.protocol == "SSL":
            certificate, key = self.authority.certify(user)
            return told | {
                "DRAWBRIDGE_KAFKA_CERTIFICATE_FILE": str(certificate),
                "DRAWBRIDGE_KAFKA_KEY_FILE": str(key),
            }
        password = self.folder / f"{user}.password"
        password.write_text(PASSWORDS[user] + "\n", encoding="ascii")
        return told | {"DRAWBRIDGE_KAFKA_USER": user, "DRAWBRIDGE_KAFKA_PASSWORD_FILE": str(password)}

    def client(self, user: str) -> dict[str, str | int | float | bool]:
        """Return the configuration of another client than the service's own (librdkafka)."""
        told: dict[str, str | int | float | bool] = {
            "bootstrap.servers": self.address,
            "security.protocol": self.protocol,
            "ssl.ca.location": str(self.authority.certificate),
            "log_level": 0,
        }
        if self.protocol == "SSL":
            certificate, key = self.authority.certify(user)
            return told | {"ssl.certificate.location": str(certificate), "ssl.key.location": str(key)}
        return told | {"sasl.mechanism": "SCRAM-SHA-256", "sasl.username": user, "sasl.password": PASSWORDS[user]}

    def allow(self, user: str, kind: ResourceType, name: str, *operations: str, prefixed: bool = False) -> None:
        """Give a user rights on something."""
        pattern = ResourcePatternType.PREFIXED if prefixed else ResourcePatternType.LITERAL
        bindings = [
            AclBinding(
                kind,
                name,
                pattern,
                self.principal(user),
                "*",
                AclOperation[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()],
                AclPermissionType.ALLOW,
            )
            for operation in operations
        ]
        admin = AdminClient(self.client("broker"))  # held: with it would go the answer
        for made in admin.create_acls(bindings).values():
            made.result(20)


@dataclass(slots=True)
class SecuredService(Service):
    """The service with a user of the broker's."""

    broker: Secured | None = None
    user: str = "drawbridge"
    more: dict[str, str] = field(default_factory=dict)

    def environment(self, clock: str = "messages") -> dict[str, str]:
        """Return the settings, with what the user needs to be let in."""
        assert self.broker is not None
        return Service.environment(self, clock) | self.broker.environment(self.user) | self.more


@pytest.fixture(scope="module", params=["SASL_SSL", "SSL"])
def secured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A broker with its authorizer on, where nobody may do anything yet: passwords (SCRAM, PLAIN), or certificates."""
    lack = real_kafka.missing()
    if lack is not None:
        pytest.skip(f"{lack}: the embedded broker has no security")
    folder, protocol = tmp_path_factory.mktemp("secured"), str(request.param)
    authority = new_authority(folder)
    login = 'org.apache.kafka.common.security.{} required username="broker" password="{}"{};'
    scram = login.format("scram.ScramLoginModule", PASSWORDS["broker"], "")
    plain = login.format(
        "plain.PlainLoginModule",
        PASSWORDS["broker"],
        "".join(f' user_{user}="{password}"' for user, password in PASSWORDS.items()),
    )
    kafka = real_kafka.start_kafka(
        0,
        protocol=protocol,
        users=PASSWORDS,
        authorizer_class_name="org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        # the node speaks to its own controller without TLS, as nobody in particular
        super_users="User:broker;User:CN=broker;User:ANONYMOUS",
        ssl_keystore_type="PEM",
        ssl_keystore_location=str(authority.keystore("broker")),
        ssl_truststore_type="PEM",
        ssl_truststore_location=str(authority.certificate),
        ssl_client_auth="required" if protocol == "SSL" else "none",
        sasl_enabled_mechanisms="SCRAM-SHA-512,SCRAM-SHA-256,PLAIN",
        sasl_mechanism_inter_broker_protocol="SCRAM-SHA-512",
        **{
            "listener.name.broker.scram-sha-512.sasl.jaas.config": scram,
            "listener.name.broker.scram-sha-256.sasl.jaas.config": scram,
            "listener.name.broker.plain.sasl.jaas.config": plain,
        },
    )
    yield Secured(kafka.address, protocol, authority, folder)
    kafka.stop()


def rights() -> Iterator[tuple[ResourceType, str, list[str], bool]]:
    """The rights of the service's user, as the operator's guide lists them."""
    _, _, section = GUIDE.read_text(encoding="utf-8").partition("\n## TLS and passwords\n")
    for line in section.partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        kind = {"topic": "TOPIC", "group": "GROUP", "transactional id": "TRANSACTIONAL_ID"}.get(cells[0])
        if kind is not None:
            operations = re.findall(r"`(\w+)`", cells[2])
            for name in re.findall(r"`([^`]+)`", cells[1]):
                yield ResourceType[kind], name, operations, "(prefixed)" in cells[1]


@pytest.fixture
def service(secured: Secured, database: str, tmp_path: Path) -> Iterator[SecuredService]:
    """The service with exactly its rights; its topics were made by somebody who may make them."""
    for kind, name, operations, prefixed in rights():
        secured.allow("drawbridge", kind, name, *operations, prefixed=prefixed)
    running = SecuredService(secured.address, database, "", tmp_path, embedded=False, broker=secured, user="broker")
    running.prepare()
    running.user = "drawbridge"
    yield running
    running.stop_all()


def try_to_write(secured: Secured, user: str, topic: str) -> str:
    """Return the name of the error that a user meets who writes to a topic; nothing when he may."""
    met: list[str] = []
    producer = confluent_kafka.Producer(secured.client(user) | {"delivery.timeout.ms": int(PATIENCE_S * 1000)})
    producer.produce(topic, b"{}", on_delivery=lambda error, _: met.append(error.name() if error else ""))
    producer.flush(PATIENCE_S)
    return met[0]


def try_to_read(secured: Secured, user: str, topic: str, group: str) -> str:
    """Return the name of the error that a user meets who reads a topic; nothing when he gets a record."""
    told = secured.client(user) | {"group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    consumer = confluent_kafka.Consumer(told)
    consumer.subscribe([topic])
    try:
        message = consumer.poll(PATIENCE_S)
    finally:
        consumer.close()
    assert message is not None, "neither a record nor an error"
    error = message.error()
    return str(error.name()) if error else ""


async def test_the_service_works_with_the_rights_that_the_guide_lists(
    secured: Secured, service: SecuredService
) -> None:
    """A case from enrolment to its end; each bank reads its own topic and writes to its own, and no other."""
    service.more = {"DRAWBRIDGE_WORKER_ID": "worker-0"}  # a fixed name needs no other rights
    worker = service.start()
    async with service.letterbox() as box:
        for line in LINES:
            sender, key = sender_and_key(line)
            assert sender is not None
            answer, _ = await box.ask(sender, key, line)
            assert orjson.loads(answer)["type"] == "receipt.accepted.v1"
    assert service.exported("events") == service.replayed()
    assert len(worker.pids()) == 1, "it met nothing that it may not do"
    assert not any(secret in worker.log.read_text(encoding="utf-8") for secret in PASSWORDS.values())

    banks = sorted({source for line in LINES if (source := orjson.loads(line)["source"]).startswith("urn:bank:")})
    own, others = (name.removeprefix("urn:bank:") for name in banks[:2])
    secured.allow("bank", ResourceType.TOPIC, f"bank.{own}.in", "Write", "Describe")
    secured.allow("bank", ResourceType.TOPIC, f"bank.{own}.out", "Read", "Describe")
    secured.allow("bank", ResourceType.GROUP, f"bank.{own}.", "Read", prefixed=True)
    assert try_to_write(secured, "bank", f"bank.{own}.in") == ""
    assert try_to_read(secured, "bank", f"bank.{own}.out", f"bank.{own}.reader") == ""
    for closed in (f"bank.{others}.in", f"bank.{own}.out", "facts", "events"):
        assert "AUTHORIZATION_FAILED" in try_to_write(secured, "bank", closed), closed
    for closed in (f"bank.{others}.out", f"bank.{own}.in", "events", "credit.records"):
        assert "AUTHORIZATION_FAILED" in try_to_read(secured, "bank", closed, f"bank.{own}.reader"), closed
    assert "AUTHORIZATION_FAILED" in try_to_read(secured, "bank", f"bank.{own}.out", f"bank.{others}.reader")


def test_whoever_is_not_known_is_told_so_in_a_line(secured: Secured, service: SecuredService) -> None:
    """A wrong password, no certificate, a broker for which nobody vouches: exit code 2, no secret in the words."""
    unknown = {"SSL": ("KAFKA_CERTIFICATE_FILE", ""), "SASL_SSL": ("KAFKA_PASSWORD_FILE", str(GUIDE))}[secured.protocol]
    for name, value in (unknown, ("KAFKA_CA_FILE", "")):
        service.more = {f"DRAWBRIDGE_{name}": value}
        if name == "KAFKA_CERTIFICATE_FILE":
            service.more["DRAWBRIDGE_KAFKA_KEY_FILE"] = ""
        code, said = service.refused("topics")
        assert code == 2
        assert "DRAWBRIDGE_KAFKA" in said
        assert not any(secret in said for secret in PASSWORDS.values())


def test_a_worker_that_is_not_trusted_does_not_wait(secured: Secured, service: SecuredService) -> None:
    """A wrong password, a user whom nobody knows, an authority whom nobody knows: it ends, and says what to correct."""
    wrong = {"KAFKA_CA_FILE": ""}
    if secured.protocol == "SASL_SSL":
        wrong |= {"KAFKA_PASSWORD_FILE": str(GUIDE), "KAFKA_USER": "nobody"}
    for name, value in wrong.items():
        service.more = {f"DRAWBRIDGE_{name}": value}
        code, said = service.refused("worker")
        assert code == 2
        assert "do not trust each other" in said
        assert f"DRAWBRIDGE_{name}" in said
        assert not any(secret in said for secret in PASSWORDS.values())


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"])
def test_each_mechanism_of_sasl_lets_the_service_in(secured: Secured, service: SecuredService, mechanism: str) -> None:
    """The one that the broker's operator has chosen."""
    if secured.protocol == "SSL":
        pytest.skip("this broker asks for certificates")
    service.more = {"DRAWBRIDGE_KAFKA_MECHANISM": mechanism}
    service.run("topics")
