-- Changes that wait for proof, their challenges, and what happened to them (DESIGN: two machines).
CREATE TABLE change (
    tenant          text   NOT NULL,
    id              uuid   NOT NULL,
    user_id         uuid   NOT NULL,
    family          text   NOT NULL CHECK (family IN ('email', 'mobile')),
    purpose         text   NOT NULL CHECK (purpose IN ('primary', 'list')),
    value           text   NOT NULL,
    entry           text   NOT NULL,
    requester       text   NOT NULL,
    requested_at    bigint NOT NULL,
    state           text   NOT NULL CHECK (state IN ('pending', 'proven', 'superseded', 'cancelled')),
    cancelled_by    text,
    ended_at        bigint,
    cancel_selector text,
    cancel_digest   bytea,
    CONSTRAINT change_pkey PRIMARY KEY (tenant, id),
    CONSTRAINT change_user FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE,
    CONSTRAINT change_ended CHECK ((state = 'pending') = (ended_at IS NULL)),
    CONSTRAINT change_cancelled CHECK ((state = 'cancelled') = (cancelled_by IS NOT NULL)),
    CONSTRAINT change_cancel CHECK ((cancel_selector IS NULL) = (cancel_digest IS NULL))
);
-- At most one pending change per user and family (I3), said here and in `domain`.
CREATE UNIQUE INDEX change_pending ON change (tenant, user_id, family) WHERE state = 'pending';
CREATE UNIQUE INDEX change_cancel_link ON change (tenant, cancel_selector) WHERE cancel_selector IS NOT NULL;
CREATE INDEX change_of_user ON change (tenant, user_id, id);

CREATE TABLE challenge (
    tenant        text   NOT NULL,
    id            uuid   NOT NULL,
    change_id     uuid   NOT NULL,
    number        bigint NOT NULL, -- 1, 2, …; the greatest is the newest, whatever the clock did
    user_id       uuid   NOT NULL,
    form          text   NOT NULL CHECK (form IN ('otp', 'link', 'link_and_otp')),
    otp_digest    bytea,
    lookup_digest bytea,           -- selects, never decides; cleared when the challenge ends (SEC-3)
    link_selector text,
    link_digest   bytea,
    issued_at     bigint NOT NULL,
    expires_at    bigint NOT NULL,
    attempts      bigint NOT NULL,
    attempts_max  bigint NOT NULL,
    state         text   NOT NULL CHECK (state IN ('live', 'consumed', 'replaced', 'exhausted')),
    CONSTRAINT challenge_pkey PRIMARY KEY (tenant, id),
    CONSTRAINT challenge_change FOREIGN KEY (tenant, change_id) REFERENCES change (tenant, id) ON DELETE CASCADE,
    CONSTRAINT challenge_attempts CHECK (attempts BETWEEN 0 AND attempts_max),
    CONSTRAINT challenge_link_parts CHECK ((link_selector IS NULL) = (link_digest IS NULL)),
    CONSTRAINT challenge_lookup_ends CHECK (state = 'live' OR lookup_digest IS NULL)
);
-- At most one live challenge per change (I3).
CREATE UNIQUE INDEX challenge_live ON challenge (tenant, change_id) WHERE state = 'live';
CREATE UNIQUE INDEX challenge_number ON challenge (tenant, change_id, number);
CREATE INDEX challenge_lookup ON challenge (tenant, lookup_digest) WHERE lookup_digest IS NOT NULL;
CREATE UNIQUE INDEX challenge_link ON challenge (tenant, link_selector) WHERE link_selector IS NOT NULL;

CREATE TABLE change_event (
    tenant    text   NOT NULL,
    change_id uuid   NOT NULL,
    seq       bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at        bigint NOT NULL,
    event     text   NOT NULL,
    detail    text,
    CONSTRAINT change_event_pkey PRIMARY KEY (tenant, change_id, seq),
    CONSTRAINT change_event_change FOREIGN KEY (tenant, change_id) REFERENCES change (tenant, id) ON DELETE CASCADE
);
