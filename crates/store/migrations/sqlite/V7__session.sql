-- Sessions of browsers. One is alive while it is young enough, was seen lately, and its user may act on the credential it
-- was opened on; nothing has to be written for it to end.
CREATE TABLE session (
    hash               BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- of the token: what it is found by
    tenant             TEXT    NOT NULL,
    id                 BLOB    NOT NULL CHECK (length(id) = 16),               -- what lists show; the order of opening
    user_id            BLOB    NOT NULL,
    credential_version INTEGER NOT NULL,                                       -- of the user, when it was opened
    created_at         INTEGER NOT NULL,
    authenticated_at   INTEGER NOT NULL,                                       -- when the password was last shown
    seen_at            INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,                                       -- however busy it is
    address            TEXT,
    client             TEXT,
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX session_of_user ON session (tenant, user_id, id);

-- As for the other tables: what the planner is told instead of what it would guess.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('session', 'session', '100000 1'),
    ('session', 'session_of_user', '100000 100000 2 1');
