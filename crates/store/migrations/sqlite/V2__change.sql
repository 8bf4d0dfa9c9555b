-- Changes that wait for proof, their challenges, and what happened to them (DESIGN: two machines).
CREATE TABLE change (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    user_id         BLOB    NOT NULL,
    family          TEXT    NOT NULL CHECK (family IN ('email', 'mobile')),
    purpose         TEXT    NOT NULL CHECK (purpose IN ('primary', 'list')),
    value           TEXT    NOT NULL,                -- N, as typed
    entry           TEXT    NOT NULL,
    requester       TEXT    NOT NULL,
    requested_at    INTEGER NOT NULL,
    state           TEXT    NOT NULL DEFAULT 'pending'
                            CHECK (state IN ('pending', 'proven', 'superseded', 'cancelled')),
    cancelled_by    TEXT    CHECK ((state = 'cancelled') = (cancelled_by IS NOT NULL)),
    ended_at        INTEGER CHECK ((state = 'pending') = (ended_at IS NULL)),
    cancel_selector TEXT,
    cancel_digest   BLOB    CHECK ((cancel_selector IS NULL) = (cancel_digest IS NULL)),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- I3: at most one pending change of a family.
CREATE UNIQUE INDEX change_pending ON change (tenant, user_id, family) WHERE state = 'pending';
CREATE INDEX change_of_user ON change (tenant, user_id, id);
CREATE UNIQUE INDEX change_cancel_link ON change (tenant, cancel_selector) WHERE cancel_selector IS NOT NULL;

CREATE TABLE challenge (
    tenant        TEXT    NOT NULL,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    change_id     BLOB    NOT NULL,
    number        INTEGER NOT NULL,                  -- 1, 2, …; the greatest is the newest, whatever the clock did
    user_id       BLOB    NOT NULL,
    form          TEXT    NOT NULL CHECK (form IN ('otp', 'link', 'link_and_otp')),
    otp_digest    BLOB,
    lookup_digest BLOB,                              -- selects, never decides; cleared when the challenge ends (SEC-3)
    link_selector TEXT,
    link_digest   BLOB    CHECK ((link_selector IS NULL) = (link_digest IS NULL)),
    issued_at     INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts <= attempts_max),
    attempts_max  INTEGER NOT NULL,
    state         TEXT    NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'consumed', 'replaced', 'exhausted')),
    CHECK (state = 'live' OR lookup_digest IS NULL),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, change_id) REFERENCES change (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX challenge_number ON challenge (tenant, change_id, number);
-- I3: at most one live challenge of a change.
CREATE UNIQUE INDEX challenge_live ON challenge (tenant, change_id) WHERE state = 'live';
CREATE INDEX challenge_lookup ON challenge (tenant, lookup_digest) WHERE lookup_digest IS NOT NULL;
CREATE UNIQUE INDEX challenge_link ON challenge (tenant, link_selector) WHERE link_selector IS NOT NULL;

CREATE TABLE change_event (
    tenant    TEXT    NOT NULL,
    change_id BLOB    NOT NULL,
    seq       INTEGER NOT NULL,                      -- 1, 2, … within the change
    at        INTEGER NOT NULL,
    event     TEXT    NOT NULL,
    detail    TEXT,
    PRIMARY KEY (tenant, change_id, seq),
    FOREIGN KEY (tenant, change_id) REFERENCES change (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
