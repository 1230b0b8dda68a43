"""The obvious stack, a process of its own: a Faust agent with models, SQLAlchemy, an awaited send, message by message.

It looks a message up, inserts it, commits and answers. It decides nothing, and it is not exactly once.
"""

import asyncio
import os
import sys
import time
from typing import Any

import faust
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import LargeBinary, Text, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "obvious_messages"
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class _BankMessage(faust.Record, serializer="json"):
    id: str
    source: str
    type: str
    subject: str
    time: str
    scheme: str
    data: dict[str, Any]


class _Receipt(faust.Record, serializer="json"):
    message_id: str
    accepted: bool


async def _run(kafka: str, dsn: str, prefix: str, count: int) -> dict[str, float]:
    """Take `count` messages through."""
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.run_sync(_Base.metadata.create_all)
    sessions = async_sessionmaker(engine)
    app = faust.App(
        f"{prefix}obvious",
        broker=f"kafka://{kafka}",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
    )
    inbound = app.topic(f"{prefix}obvious.in", value_type=_BankMessage)
    outbound = app.topic(f"{prefix}obvious.out", value_type=_Receipt)
    marks: list[tuple[float, float]] = []
    finished = asyncio.Event()

    async def answer(stream: Any) -> None:
        async for message in stream:
            marks.append((time.monotonic(), time.process_time()))
            async with sessions() as session:
                wanted = select(_Row).where(_Row.source == message.source, _Row.id == message.id)
                if await session.scalar(wanted) is None:
                    data = orjson.dumps(message.data)
                    session.add(_Row(source=message.source, id=message.id, type=message.type, data=data))
                    await session.commit()
            await outbound.send(value=_Receipt(message_id=message.id, accepted=True))
            if len(marks) == count:
                marks.append((time.monotonic(), time.process_time()))
                finished.set()

    app.agent(inbound, name="answer")(answer)
    app.loop = asyncio.get_running_loop()
    await app.start()
    await finished.wait()
    await _published(kafka, TopicPartition(f"{prefix}obvious.out", 0), count)
    (began, began_cpu), (ended, ended_cpu) = marks[0], marks[-1]
    async with sessions() as session:
        journal = await session.scalar(select(func.count()).select_from(_Row))
    return {"seconds": ended - began, "cpu_s": ended_cpu - began_cpu, "count": count, "journal": journal or 0}


async def _published(kafka: str, place: TopicPartition, count: int) -> None:
    """Return when every answer is on its topic: an awaited send has only been begun."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    while (await consumer.end_offsets([place]))[place] < count:  # noqa: ASYNC110 - a broker tells nobody
        await asyncio.sleep(0.05)
    await consumer.stop()


async def _measured(kafka: str, dsn: str, prefix: str, count: int) -> None:
    """Print what the run took, and end at once: Faust takes its time, and now and then has no end at all."""
    told = await _run(kafka, dsn, prefix, count)
    sys.stdout.write(orjson.dumps(told).decode())
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(_measured(os.environ["BENCH_KAFKA"], os.environ["BENCH_DSN"], sys.argv[1], int(sys.argv[2])))
