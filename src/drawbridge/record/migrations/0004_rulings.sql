-- What operators ruled on dead letters: each once, in the transaction of what came of it.
CREATE TABLE dead_letter_rulings (
    partition         integer     NOT NULL, -- of the dead letter, and of what came of it
    position          bigint      NOT NULL, -- of the dead letter
    ruling            text        NOT NULL CHECK (ruling IN ('resubmit', 'discard')),
    operator          text        NOT NULL,
    reason            text        NOT NULL,
    ruled_at          timestamptz NOT NULL, -- when the broker received the ruling
    origin_topic      text        NOT NULL, -- of the ruling
    origin_partition  integer     NOT NULL,
    origin_offset     bigint      NOT NULL,
    answer            bigint,               -- position of the receipt or of the next dead letter; none when discarded
    PRIMARY KEY (partition, position)
);
