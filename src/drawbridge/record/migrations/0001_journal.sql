-- The journal: what came, what was decided, what is owed to the world.
--
-- Every row belongs to one partition of the topic `facts` (one writer) and to one scheme (one chain). Keys begin with the
-- scheme and carry the instant of receipt, so that messages and events can later be partitioned by scheme and month;
-- they are not partitioned yet.
--
-- What a sender may make as long as he likes is never an index key: keys are SHA-256 digests. Text columns are there to
-- be read by people; the bytes are the truth. U+0000, which PostgreSQL's text cannot hold, stands as U+FFFD there.

-- One row per partition of `facts`: who may write, what he has read, and the position of the last thing written.
-- Each batch locks its row, so a writer whose epoch is old cannot commit, however late it wakes up.
CREATE TABLE writers (
    partition    integer     PRIMARY KEY,
    epoch        bigint      NOT NULL,
    next_offset  bigint      NOT NULL,      -- of `facts`: everything before it is in the journal
    position     bigint      NOT NULL,      -- of the last outbound row, gap-free in the partition
    holder       text        NOT NULL,      -- for people: which process took the epoch
    taken_at     timestamptz NOT NULL
);

-- The last record of each inbound topic's partition that was forwarded and written here: what is not above it is the
-- gateway's own repetition.
CREATE TABLE origins (
    partition         integer NOT NULL,     -- of `facts`
    topic             text    NOT NULL,
    topic_partition   integer NOT NULL,
    last_offset       bigint  NOT NULL,
    PRIMARY KEY (partition, topic, topic_partition)
);

-- Messages answered, in the order in which they were decided; repeated and refused ones too.
CREATE TABLE messages (
    scheme            text        NOT NULL,
    decided           bigint      NOT NULL, -- order in the scheme, from 1; 0 for a scheme that is not known here
    partition         integer     NOT NULL,
    position          bigint      NOT NULL, -- of the receipt, among what is owed to the world
    message_key       bytea       NOT NULL, -- SHA-256 of source, a zero byte and id
    is_first          boolean     NOT NULL, -- the first of its (source, id): the one that is remembered
    digest            bytea       NOT NULL, -- of what a repetition must repeat
    recorded_at       timestamptz NOT NULL, -- as decided: the scheme's clock never goes back
    source            text        NOT NULL,
    id                text        NOT NULL,
    type              text        NOT NULL,
    bytes             bytea       NOT NULL, -- structured JSON (put together from the headers in binary mode)
    told_time         boolean     NOT NULL, -- sandbox: `recordedtime` is the sender's and stands in the bytes
    receipt           bytea       NOT NULL,
    receipt_topic     text        NOT NULL,
    origin_topic      text        NOT NULL,
    origin_partition  integer     NOT NULL,
    origin_offset     bigint      NOT NULL,
    PRIMARY KEY (partition, position)
);
CREATE UNIQUE INDEX messages_in_order ON messages (scheme, decided) WHERE decided > 0;
CREATE UNIQUE INDEX messages_remembered ON messages (scheme, message_key) WHERE is_first;

-- What the gateway holds to be true: one gap-free chain a scheme.
CREATE TABLE events (
    scheme       text        NOT NULL,
    sequence     bigint      NOT NULL,
    partition    integer     NOT NULL,
    position     bigint      NOT NULL,
    recorded_at  timestamptz NOT NULL,
    type         text        NOT NULL,
    subject      text        NOT NULL,
    line         bytea       NOT NULL,      -- canonical JSON: what the next event's `prev` is the SHA-256 of
    banks        text[]      NOT NULL,      -- whom it concerns: they get a copy
    cause_hidden_from text[] NOT NULL,      -- those of them that must not learn which message caused it
    PRIMARY KEY (scheme, sequence)
);
CREATE UNIQUE INDEX events_owed ON events (partition, position);

-- Bytes that nobody can be told about, whole.
CREATE TABLE dead_letters (
    partition         integer     NOT NULL,
    position          bigint      NOT NULL,
    scheme            text        NOT NULL, -- '' when it cannot be told
    reason            text        NOT NULL,
    detail            text        NOT NULL,
    recorded_at       timestamptz,
    line              bytea       NOT NULL, -- canonical JSON of `dead_letter.v1`
    bytes             bytea       NOT NULL, -- as received
    header_names      text[]      NOT NULL, -- as received, in order
    header_values     bytea[]     NOT NULL,
    origin_topic      text        NOT NULL,
    origin_partition  integer     NOT NULL,
    origin_offset     bigint      NOT NULL,
    PRIMARY KEY (partition, position)
);

-- Closed cases, out of the writer's memory; brought back when a message names one.
CREATE TABLE closed_cases (
    scheme       text   NOT NULL,
    subject_key  bytea  NOT NULL,           -- SHA-256 of the subject
    subject      text   NOT NULL,
    snapshot     bytea  NOT NULL,
    at_sequence  bigint NOT NULL,           -- the scheme's last event when it was taken
    PRIMARY KEY (scheme, subject_key)
);

-- How far the relay has published, as advice: the truth is the record in the topic `relay.cursor`, which is written in
-- the same transaction as what it speaks of. On a broker without transactions this is all there is.
CREATE TABLE relay_cursors (
    partition     integer     PRIMARY KEY,
    position      bigint      NOT NULL,
    published_at  timestamptz NOT NULL
);
