-- Messages owed. No foreign keys: a message outlives the user it tells of his deletion, and a change that is purged.
CREATE TABLE outbox (
    seq             INTEGER PRIMARY KEY,             -- the order they were written in
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    user_id         BLOB    NOT NULL,
    change_id       BLOB,
    challenge_id    BLOB,                            -- sent only while this one is live (I8)
    channel         TEXT    NOT NULL CHECK (channel IN ('EMAIL', 'SMS')),
    kind            TEXT    NOT NULL CHECK (kind IN ('secret', 'notice')),
    template        TEXT    NOT NULL,
    locale          TEXT,
    recipient       TEXT    NOT NULL,                -- as typed
    "values"        TEXT    NOT NULL,
    sealed          BLOB,                            -- erased when the message ends (SEC-55)
    state           TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'delivered', 'dropped', 'dead')),
    reason          TEXT,                            -- what the last try came to
    attempts        INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    leased_until    INTEGER,
    lease           INTEGER NOT NULL DEFAULT 0,      -- how often it was leased; names the lease
    CHECK (state = 'queued' OR sealed IS NULL),
    UNIQUE (tenant, id)
) STRICT;

CREATE INDEX outbox_due ON outbox (state, channel, kind, due_at);
CREATE INDEX outbox_of_user ON outbox (tenant, user_id, channel) WHERE state = 'queued';
