-- Shared budgets, administration, the audit trail, the keys this database belongs to, and the clock's mark.
CREATE TABLE spend (
    tenant         TEXT    NOT NULL,
    budget         TEXT    NOT NULL,
    taken          INTEGER NOT NULL,
    window_ends_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, budget)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope_grant (
    tenant       TEXT NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('user', 'client', 'server')),
    subject_id   BLOB NOT NULL,
    scope        TEXT NOT NULL,
    PRIMARY KEY (tenant, subject_kind, subject_id, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE client (
    tenant      TEXT NOT NULL,
    id          BLOB NOT NULL CHECK (length(id) = 16),
    name        TEXT NOT NULL,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    grants      TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    tenant     TEXT    NOT NULL,
    client_id  BLOB    NOT NULL,
    scopes     TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (tenant, client_id) REFERENCES client (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX token_of_client ON token (tenant, client_id);

-- Final: canonical bytes, nothing is updated or deleted.
CREATE TABLE audit (
    tenant TEXT    NOT NULL,
    id     BLOB    NOT NULL CHECK (length(id) = 16),
    at     INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are final'); END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are kept'); END;

-- Keys live outside the database; a node whose keys differ must not start.
CREATE TABLE key_fingerprint (
    kind        TEXT NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32)
) STRICT, WITHOUT ROWID;

-- The latest time a commit was made at: the clock never goes back behind it (REL-13).
CREATE TABLE clock_mark (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at  INTEGER NOT NULL
) STRICT;

INSERT INTO clock_mark (one, at) VALUES (1, 0);

-- Every key begins with the tenant, and the planner takes one column for a good choice until it is told that it
-- selects next to nothing. These figures tell it, for a house of a million; what matters is their order of magnitude.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('users', 'sqlite_autoindex_users_1', '1000000 1000000 1'),
    ('users', 'sqlite_autoindex_users_2', '1000000 1000000 1'),
    ('users', 'users_in_order', '1000000 1000000 1'),
    ('held_value', 'held_value', '1000000 1000000 500000 1'),
    ('held_value', 'held_value_of_user', '1000000 1000000 2'),
    ('user_value', 'user_value', '2000000 2000000 700000 2 1'),
    ('user_value', 'user_value_of_user', '2000000 2000000 2'),
    ('change', 'change', '1000000 1000000 1'),
    ('change', 'change_pending', '10000 10000 2 1'),
    ('change', 'change_of_user', '1000000 1000000 10 1'),
    ('change', 'change_cancel_link', '100000 100000 1'),
    ('challenge', 'challenge', '1500000 1500000 1'),
    ('challenge', 'challenge_number', '1500000 1500000 2 1'),
    ('challenge', 'challenge_live', '10000 10000 1'),
    ('challenge', 'challenge_lookup', '10000 10000 2'),
    ('challenge', 'challenge_link', '1000000 1000000 1'),
    ('change_event', 'change_event', '5000000 5000000 5 1'),
    ('outbox', 'sqlite_autoindex_outbox_1', '1000000 1000000 1'),
    ('outbox', 'outbox_due', '1000000 250000 125000 60000 2'),
    ('outbox', 'outbox_of_user', '10000 10000 2 2'),
    ('spend', 'spend', '100000 100000 1'),
    ('setting', 'setting', '100 100 1'),
    ('scope_grant', 'scope_grant', '100000 100000 50000 5 1'),
    ('client', 'client', '1000 1000 1'),
    ('token', 'token', '100000 1'),
    ('token', 'token_of_client', '100000 100000 100'),
    ('audit', 'audit', '5000000 5000000 1');
