-- What an administrator sees of messages: a trace of every try, and pages of the outbox.
ALTER TABLE outbox ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0; -- a notice of which something was sealed (SEC-55)
ALTER TABLE outbox ADD COLUMN requeued_at INTEGER;                     -- when it was last queued anew, if it was

UPDATE outbox SET confidential = 1
WHERE kind = 'notice' AND (sealed IS NOT NULL OR template = 'contactChangeRequested');

-- Ids are time-ordered: each page of a state and channel, and of a user, is one walk.
CREATE INDEX outbox_listed ON outbox (tenant, state, channel, id);
CREATE INDEX outbox_listed_of_user ON outbox (tenant, user_id, id);

CREATE TABLE message_attempt (
    tenant     TEXT    NOT NULL,
    message_id BLOB    NOT NULL,
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    outcome    TEXT    NOT NULL,
    detail     TEXT    NOT NULL,                     -- without secrets and full addresses (SEC-52)
    PRIMARY KEY (tenant, message_id, number),
    FOREIGN KEY (tenant, message_id) REFERENCES outbox (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- As for the other tables: what the planner is told instead of what it would guess.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('outbox', 'outbox_listed', '1000000 1000000 250000 125000 1'),
    ('outbox', 'outbox_listed_of_user', '1000000 1000000 10 1'),
    ('message_attempt', 'message_attempt', '2000000 2000000 2 1');
