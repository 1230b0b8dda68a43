"""The floor, a process of its own: what nobody can leave out who answers each message once and loses none.

Consume, validate, COPY with the offset in one transaction, publish in one transaction. It decides nothing.
"""

import asyncio
import os
import sys
import time
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from pydantic import BaseModel

from drawbridge.bank.messages import MODELS

_TABLES = """
CREATE TABLE floor_messages (id text, type text, "offset" bigint PRIMARY KEY, bytes bytea);
CREATE TABLE floor_offset (next_offset bigint);
INSERT INTO floor_offset VALUES (0);
"""
_BATCH = 500


class _Envelope(BaseModel):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    scheme: str
    data: dict[str, Any]


async def _run(kafka: str, dsn: str, prefix: str, count: int) -> dict[str, float]:
    """Take `count` messages through."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TABLES)
    place = TopicPartition(f"{prefix}floor.in", 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=50)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=f"{prefix}floor")
    await consumer.start()
    await producer.start()
    consumer.assign([place])
    consumer.seek(place, 0)
    done, began, began_cpu = 0, time.monotonic(), time.process_time()
    while done < count:
        records = (await consumer.getmany(place, timeout_ms=1000, max_records=_BATCH)).get(place, [])
        if not records:
            continue
        rows = []
        for record in records:
            envelope = _Envelope.model_validate_json(record.value)
            model = MODELS.get(envelope.type)
            if model is not None:
                _checked(model, envelope.data)
            rows.append((envelope.id, envelope.type, record.offset, record.value))
        async with connection.transaction():
            await connection.copy_records_to_table("floor_messages", records=rows)
            await connection.execute("UPDATE floor_offset SET next_offset = $1", records[-1].offset + 1)
        async with producer.transaction():
            sent = [await producer.send(f"{prefix}floor.out", record.value, record.key) for record in records]
            await asyncio.gather(*sent)
        done += len(records)
    told = {"seconds": time.monotonic() - began, "cpu_s": time.process_time() - began_cpu, "count": done}
    told["journal"] = await connection.fetchval("SELECT count(*) FROM floor_messages")
    await producer.stop()
    await consumer.stop()
    await connection.close()
    return told


def _checked(model: type[BaseModel], data: dict[str, Any]) -> None:
    try:
        model.model_validate(data)
    except ValueError:
        return


if __name__ == "__main__":
    told_ = asyncio.run(_run(os.environ["BENCH_KAFKA"], os.environ["BENCH_DSN"], sys.argv[1], int(sys.argv[2])))
    sys.stdout.write(orjson.dumps(told_).decode())
