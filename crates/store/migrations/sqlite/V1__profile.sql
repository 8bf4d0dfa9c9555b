-- Users, what is unique about them, and what they are found by.
-- Times are microseconds since 1970 UTC, ids are the 16 bytes of a UUID, documents are JSON text nobody queries.
CREATE TABLE users (
    pk                 INTEGER PRIMARY KEY,          -- the order of creation
    tenant             TEXT    NOT NULL,
    id                 BLOB    NOT NULL CHECK (length(id) = 16),
    user_name          TEXT    NOT NULL,
    user_name_key      TEXT    NOT NULL,             -- ASCII lower case (SCIM-41)
    revision           INTEGER NOT NULL,             -- guards commits; moves with every one
    version            INTEGER NOT NULL,             -- the ETag; moves with the representation
    created_at         INTEGER NOT NULL,
    modified_at        INTEGER NOT NULL,
    profile            TEXT    NOT NULL,
    password_hash      TEXT,
    password_weak      INTEGER NOT NULL DEFAULT 0 CHECK (password_weak IN (0, 1)),
    credential_version INTEGER NOT NULL DEFAULT 1,
    may_act            INTEGER NOT NULL CHECK (may_act IN (0, 1)),
    budget             TEXT    NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, user_name_key)
) STRICT;

-- Pages are cut on this narrow index, not on the documents.
CREATE INDEX users_in_order ON users (tenant, pk);

-- P and L of every user, each value held by one user only (I10).
CREATE TABLE held_value (
    tenant    TEXT NOT NULL,
    claim     TEXT NOT NULL CHECK (claim IN ('email', 'mobile')),
    value_key TEXT NOT NULL,
    user_id   BLOB NOT NULL,
    PRIMARY KEY (tenant, claim, value_key),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX held_value_of_user ON held_value (tenant, user_id);

-- What a filter with eq finds: emails, phoneNumbers, externalId.
CREATE TABLE user_value (
    tenant    TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value_key TEXT NOT NULL,
    user_id   BLOB NOT NULL,
    PRIMARY KEY (tenant, attribute, value_key, user_id),
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX user_value_of_user ON user_value (tenant, user_id);
