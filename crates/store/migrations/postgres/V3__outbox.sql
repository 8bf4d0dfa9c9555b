-- Messages owed. No foreign keys: a message outlives the user it tells of his deletion, and a change that is purged.
CREATE TABLE outbox (
    tenant       text   NOT NULL,
    id           uuid   NOT NULL,
    seq          bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order they were written in
    user_id      uuid   NOT NULL,
    change_id    uuid,
    challenge_id uuid,
    channel      text   NOT NULL CHECK (channel IN ('EMAIL', 'SMS')),
    kind         text   NOT NULL CHECK (kind IN ('secret', 'notice')),
    template     text   NOT NULL,
    locale       text,
    recipient    text   NOT NULL,
    "values"     text   NOT NULL,
    sealed       bytea,
    state        text   NOT NULL CHECK (state IN ('queued', 'delivered', 'dropped', 'dead')),
    reason       text,
    attempts     bigint NOT NULL,
    created_at   bigint NOT NULL,
    due_at       bigint NOT NULL,
    leased_until bigint,
    lease        bigint NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (tenant, id),
    -- A secret that is no longer owed is not kept (SEC-55).
    CONSTRAINT outbox_sealed CHECK (state = 'queued' OR (sealed IS NULL AND leased_until IS NULL))
);
CREATE INDEX outbox_due ON outbox (channel, kind DESC, due_at, seq) WHERE state = 'queued';
CREATE INDEX outbox_leased ON outbox (channel, leased_until) WHERE state = 'queued' AND leased_until IS NOT NULL;
CREATE INDEX outbox_of_user ON outbox (tenant, user_id, channel) WHERE state = 'queued';
CREATE INDEX outbox_ended ON outbox (tenant, created_at) WHERE state <> 'queued';
CREATE INDEX outbox_unwiped ON outbox (tenant) WHERE state <> 'queued' AND recipient <> '';
