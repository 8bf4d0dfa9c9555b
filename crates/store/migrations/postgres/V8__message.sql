-- What an administrator sees of messages: a trace of every try, and pages of the outbox.
ALTER TABLE outbox ADD COLUMN confidential boolean NOT NULL DEFAULT false; -- a notice of which something was sealed (SEC-55)
ALTER TABLE outbox ADD COLUMN requeued_at bigint;                     -- when it was last queued anew, if it was

UPDATE outbox SET confidential = true
WHERE kind = 'notice' AND (sealed IS NOT NULL OR template = 'contactChangeRequested');

-- Ids are time-ordered: each page of a state and channel, and of a user, is one walk.
CREATE INDEX outbox_listed ON outbox (tenant, state, channel, id);
CREATE INDEX outbox_listed_of_user ON outbox (tenant, user_id, id);

CREATE TABLE message_attempt (
    tenant     text   NOT NULL,
    message_id uuid   NOT NULL,
    number     bigint NOT NULL,
    at         bigint NOT NULL,
    outcome    text   NOT NULL,
    detail     text   NOT NULL,                      -- without secrets and full addresses (SEC-52)
    CONSTRAINT message_attempt_pkey PRIMARY KEY (tenant, message_id, number),
    CONSTRAINT message_attempt_message FOREIGN KEY (tenant, message_id)
        REFERENCES outbox (tenant, id) ON DELETE CASCADE
);
