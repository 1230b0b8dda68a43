-- Messages and events partitioned by scheme and month of receipt (the law's zone), so that old months can be archived;
-- snapshots of the writers' states, so that a worker need not read the whole journal when it starts.
--
-- A unique key of a partitioned table would have to contain the month. Here each month has its keys of its own, and
-- what holds across months is held by the writer: his row is locked in each transaction, and order and position only rise.

-- The first instant of a month in the law's zone: always eight hours ahead, as the instants of the journal are written.
CREATE FUNCTION month_begins(month_on date) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    RETURN month_on::timestamp AT TIME ZONE INTERVAL '+08:00';

-- Keeps two processes from making the same month at once; rises above no row lock of a batch.
CREATE FUNCTION make_month(of_scheme text, month_on date) RETURNS void LANGUAGE plpgsql AS $make$
DECLARE
    root   text;
    parent text;
    leaf   text;
    from_at  timestamptz := month_begins(month_on);
    until_at timestamptz := month_begins((month_on + interval '1 month')::date);
BEGIN
    PERFORM pg_advisory_xact_lock(75020101);
    FOREACH root IN ARRAY ARRAY['messages', 'events'] LOOP
        parent := root || ' ' || of_scheme;
        leaf := parent || ' ' || to_char(month_on, 'YYYY-MM');
        IF to_regclass(quote_ident(parent)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I) PARTITION BY RANGE (recorded_at)', parent, root);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%L)', root, parent, of_scheme);
        END IF;
        IF to_regclass(quote_ident(leaf)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE %I)', leaf, root);
            EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (partition, position)', leaf);
            IF root = 'messages' THEN
                EXECUTE format('CREATE UNIQUE INDEX ON %I (scheme, decided)', leaf);
            ELSE
                EXECUTE format('CREATE UNIQUE INDEX ON %I (scheme, sequence)', leaf);
            END IF;
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, leaf, from_at, until_at
            );
        END IF;
    END LOOP;
END
$make$;

-- Takes a month's tables out of the database, once its rows are in files.
CREATE FUNCTION drop_month(of_scheme text, month_on date) RETURNS void LANGUAGE plpgsql AS $drop$
DECLARE
    root text;
BEGIN
    FOREACH root IN ARRAY ARRAY['messages', 'events'] LOOP
        EXECUTE format('DROP TABLE %I', root || ' ' || of_scheme || ' ' || to_char(month_on, 'YYYY-MM'));
    END LOOP;
END
$drop$;

-- Events that raised or cleared alerts, as long as an alert of theirs may still be cleared: what a relay has to know when it
-- starts, however long the journal is. Up to a published end of a case they are of no more use, and go.
CREATE TABLE kept_events (
    partition    integer NOT NULL,
    position     bigint  NOT NULL,
    scheme       text    NOT NULL,
    subject      text    NOT NULL,
    line         bytea   NOT NULL,
    ends_alerts  boolean NOT NULL,          -- it cleared all alerts of its subject
    PRIMARY KEY (partition, position)
);
INSERT INTO kept_events
SELECT partition, position, scheme, subject, line,
    type IN ('bridge.closed.v1', 'bridge.declined.v1', 'bridge.withdrawn.v1')
FROM events
WHERE subject ~ '^(bridge|pool|report)/' AND type IN (
    'bridge.closed.v1', 'bridge.declined.v1', 'bridge.withdrawn.v1',
    'bridge.defaulted.v1', 'bank.breached.v1', 'bridge.entrusted_payment.violated.v1', 'bridge.settlement.missed.v1',
    'movement.refused.v1', 'bridge.overdue.v1', 'lapse.contested.v1', 'bridge.overpaid.v1',
    'bridge.deadline.neared.v1', 'bridge.service_level.missed.v1', 'bridge.order.violated.v1', 'report.due.v1',
    'deposit.penalty.confirmed.v1', 'deposit.penalty.dismissed.v1', 'bank.breach.rescinded.v1', 'bank.reinstated.v1',
    'bridge.overdue.rescinded.v1', 'bridge.default.rescinded.v1', 'bridge.settlement.rescinded.v1',
    'bridge.service_level.rescinded.v1', 'report.due.rescinded.v1'
);

ALTER TABLE messages RENAME TO messages_0001;
ALTER TABLE events RENAME TO events_0001;

CREATE TABLE messages (LIKE messages_0001) PARTITION BY LIST (scheme);
CREATE TABLE events (LIKE events_0001) PARTITION BY LIST (scheme);

-- Messages for a scheme that is not known here: refused, and never archived. Which scheme it was stands in the bytes.
CREATE TABLE messages_of_no_scheme PARTITION OF messages FOR VALUES IN ('');
ALTER TABLE messages_of_no_scheme ADD PRIMARY KEY (partition, position);

-- Each message that was the first of its (source, id), as long as there is a journal: a repetition is answered with the
-- same receipt also when the month of the first is long archived; the receipt stands here from then on.
CREATE TABLE remembered (
    scheme       text        NOT NULL,
    message_key  bytea       NOT NULL,      -- SHA-256 of source, a zero byte and id
    digest       bytea       NOT NULL,
    recorded_at  timestamptz NOT NULL,
    decided      bigint      NOT NULL,
    receipt      bytea,                     -- of an archived message
    PRIMARY KEY (scheme, message_key)
);

-- Where each month's rows stand among what is owed to the world and in the chain: who reads by position or sequence looks
-- into the months in question only, however many there are.
CREATE TABLE months (
    scheme          text    NOT NULL,
    month_on        date    NOT NULL,       -- its first day
    partition       integer NOT NULL,
    first_position  bigint  NOT NULL,
    last_position   bigint  NOT NULL,
    first_sequence  bigint,                 -- none: it has no event (yet)
    PRIMARY KEY (scheme, month_on, partition)
);
CREATE INDEX months_by_position ON months (partition, last_position);

INSERT INTO months
SELECT scheme, date_trunc('month', recorded_at AT TIME ZONE INTERVAL '+08:00')::date, partition,
    min(position), max(position), min(sequence)
FROM (
    SELECT scheme, recorded_at, partition, position, NULL::bigint AS sequence FROM messages_0001 WHERE decided > 0
    UNION ALL
    SELECT scheme, recorded_at, partition, position, sequence FROM events_0001
) AS owed
GROUP BY 1, 2, 3;
SELECT make_month(scheme, month_on) FROM (SELECT DISTINCT scheme, month_on FROM months) AS found;

-- Banks that a scheme has enrolled: a worker makes sure of their topics when it starts.
CREATE TABLE enrolled_banks (
    scheme  text NOT NULL,
    bank    text NOT NULL,
    PRIMARY KEY (scheme, bank)
);
INSERT INTO enrolled_banks
SELECT DISTINCT scheme, substr(subject, length('bank/') + 1) FROM events_0001 WHERE type = 'bank.enrolled.v1';

INSERT INTO remembered
SELECT scheme, message_key, digest, recorded_at, decided FROM messages_0001 WHERE is_first;
UPDATE messages_0001 SET scheme = '' WHERE decided = 0;
INSERT INTO messages SELECT * FROM messages_0001;
INSERT INTO events SELECT * FROM events_0001;
DROP TABLE messages_0001;
DROP TABLE events_0001;

-- What the archived months leave behind: where the chain went on, and what is checked when their files are read back.
CREATE TABLE archived_months (
    scheme          text        NOT NULL,
    month_on        date        NOT NULL,   -- its first day
    partition       integer     NOT NULL,
    last_position   bigint      NOT NULL,
    last_sequence   bigint      NOT NULL,   -- of the month's last event, or of the months before
    last_hash       text        NOT NULL,
    last_decided    bigint      NOT NULL,
    events          bigint      NOT NULL,   -- how many lines the file has
    messages        bigint      NOT NULL,
    events_sha256   text        NOT NULL,
    messages_sha256 text        NOT NULL,
    archived_at     timestamptz NOT NULL,
    PRIMARY KEY (scheme, month_on)
);

-- A scheme's state as of one of its events, rebuilt from the events at will (`drawbridge rebuild`).
CREATE TABLE snapshots (
    scheme    text        PRIMARY KEY,
    form      text        NOT NULL,         -- of what is written; another version's form is not read
    sequence  bigint      NOT NULL,
    head      text        NOT NULL,
    clock     timestamptz,
    decided   bigint      NOT NULL,
    body      bytea       NOT NULL,
    taken_at  timestamptz NOT NULL
);

-- Its cases in memory: each as of the last snapshot before which it changed.
CREATE TABLE open_cases (
    scheme       text  NOT NULL,
    subject_key  bytea NOT NULL,            -- SHA-256 of the subject
    subject      text  NOT NULL,
    body         bytea NOT NULL,
    PRIMARY KEY (scheme, subject_key)
);
