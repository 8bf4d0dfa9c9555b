-- What lists of users are found, ordered and counted by.

-- A row for each value of an indexed attribute, and one that says "unassigned" (key '~') for each attribute without: a
-- filter is a range here, and an order is a walk. Rows are told apart and removed by what the user's profile says, so
-- nothing needs to lead from a user to them. Filled by the program at the next start.
DROP TABLE user_value;

CREATE TABLE user_value (
    tenant    TEXT    NOT NULL,
    attribute TEXT    NOT NULL,
    value_key TEXT    NOT NULL,
    user_pk   INTEGER NOT NULL,
    PRIMARY KEY (tenant, attribute, value_key, user_pk)
) STRICT, WITHOUT ROWID;

CREATE INDEX users_created ON users (tenant, created_at);
CREATE INDEX users_modified ON users (tenant, modified_at);

-- How many users a house has, moved by every commit that creates or deletes one.
CREATE TABLE user_count (
    tenant  TEXT    NOT NULL,
    users   INTEGER NOT NULL,
    deleted INTEGER NOT NULL,                        -- ever; moves whenever positions in a list may have
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

INSERT INTO user_count (tenant, users, deleted) SELECT tenant, count(*), 0 FROM users GROUP BY tenant;

-- By which generation of the program's index the rows of user_value were written, and how far.
CREATE TABLE user_value_state (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    done_to    INTEGER                               -- the last user indexed; NULL: all of them are
) STRICT;

DELETE FROM sqlite_stat1 WHERE tbl = 'user_value';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('user_value', 'user_value', '11000000 11000000 1000000 10 1'),
    ('users', 'users_created', '1000000 1000000 1'),
    ('users', 'users_modified', '1000000 1000000 1'),
    ('user_count', 'user_count', '10 1');
