-- What lists of users are found, ordered and counted by.

-- Keys compare byte by byte, as they do everywhere else.
ALTER TABLE users ALTER COLUMN user_name_key TYPE text COLLATE "C";

-- A row for each value of an indexed attribute, and one that says "unassigned" (key '~') for each attribute without: a
-- filter is a range here, and an order is a walk. Rows are told apart and removed by what the user's profile says, so
-- nothing needs to lead from a user to them. Filled by the program at the next start.
DROP TABLE user_value;

CREATE TABLE user_value (
    tenant    text   NOT NULL,
    attribute text   NOT NULL,
    value_key text   COLLATE "C" NOT NULL,
    user_seq  bigint NOT NULL,
    CONSTRAINT user_value_pkey PRIMARY KEY (tenant, attribute, value_key, user_seq)
);

-- '~' is as frequent with one attribute as it is rare with another.
CREATE STATISTICS user_value_keys (mcv) ON attribute, value_key FROM user_value;

CREATE INDEX users_created ON users (tenant, created_at, seq);
CREATE INDEX users_modified ON users (tenant, modified_at, seq);

-- How many users a house has, moved by every commit that creates or deletes one; in shards, so that commits seldom wait
-- for each other there.
CREATE TABLE user_count (
    tenant  text     NOT NULL,
    shard   smallint NOT NULL,
    users   bigint   NOT NULL,
    deleted bigint   NOT NULL, -- ever; moves whenever positions in a list may have
    CONSTRAINT user_count_pkey PRIMARY KEY (tenant, shard)
) WITH (fillfactor = 50);

INSERT INTO user_count (tenant, shard, users, deleted) SELECT tenant, 0, count(*), 0 FROM users GROUP BY tenant;

-- By which generation of the program's index the rows of user_value were written, and how far.
CREATE TABLE user_value_state (
    one         boolean NOT NULL CHECK (one),
    generation  bigint  NOT NULL,
    done_tenant text,
    done_to     bigint, -- the last user indexed; NULL: all of them are
    CONSTRAINT user_value_state_pkey PRIMARY KEY (one)
);
