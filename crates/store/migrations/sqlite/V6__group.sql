-- Groups, and who is in them. A member is a row: one more costs the same however many there are.
CREATE TABLE user_group (
    pk          INTEGER PRIMARY KEY,                 -- the order of creation
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,                    -- lower case; what filters compare
    name_claim  TEXT    CHECK (name_claim = name_key), -- the key again where names are unique, else nothing
    external_id TEXT,
    revision    INTEGER NOT NULL,                    -- guards commits; moves with every one
    version     INTEGER NOT NULL,                    -- the ETag
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (tenant, id)
) STRICT;

CREATE INDEX user_group_in_order ON user_group (tenant, pk);
CREATE INDEX user_group_name ON user_group (tenant, name_key);
CREATE UNIQUE INDEX user_group_claim ON user_group (tenant, name_claim) WHERE name_claim IS NOT NULL;
CREATE INDEX user_group_external ON user_group (tenant, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE group_member (
    tenant      TEXT NOT NULL,
    group_id    BLOB NOT NULL,
    member_id   BLOB NOT NULL,
    user_id     BLOB,                                -- the member, if it is a user
    subgroup_id BLOB,                                -- the member, if it is a group
    CHECK ((user_id IS NULL) <> (subgroup_id IS NULL) AND member_id = coalesce(user_id, subgroup_id)),
    CHECK (group_id <> member_id),
    PRIMARY KEY (tenant, group_id, member_id),
    FOREIGN KEY (tenant, group_id) REFERENCES user_group (tenant, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant, subgroup_id) REFERENCES user_group (tenant, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The way back: the groups of a user, and of a group.
CREATE INDEX group_member_user ON group_member (tenant, user_id, group_id) WHERE user_id IS NOT NULL;
CREATE INDEX group_member_subgroup ON group_member (tenant, subgroup_id, group_id) WHERE subgroup_id IS NOT NULL;

-- As for the other tables: what the planner is told instead of what it would guess.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('user_group', 'sqlite_autoindex_user_group_1', '100000 100000 1'),
    ('user_group', 'user_group_in_order', '100000 100000 1'),
    ('user_group', 'user_group_name', '100000 100000 2'),
    ('user_group', 'user_group_claim', '100000 100000 1'),
    ('user_group', 'user_group_external', '100000 100000 2'),
    ('group_member', 'group_member', '5000000 5000000 50 1'),
    ('group_member', 'group_member_user', '5000000 5000000 5 1'),
    ('group_member', 'group_member_subgroup', '10000 10000 2 1');
