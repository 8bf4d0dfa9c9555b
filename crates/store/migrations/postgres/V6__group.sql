-- Groups, and who is in them. A member is a row: one more costs the same however many there are.
CREATE TABLE user_group (
    tenant      text   NOT NULL,
    id          uuid   NOT NULL,
    seq         bigint NOT NULL GENERATED ALWAYS AS IDENTITY, -- the order of creation
    name        text   NOT NULL,
    name_key    text   NOT NULL,                     -- lower case; what filters compare
    name_claim  text   CHECK (name_claim = name_key), -- the key again where names are unique, else nothing
    external_id text,
    revision    bigint NOT NULL,                     -- guards commits; moves with every one
    version     bigint NOT NULL,                     -- the ETag
    created_at  bigint NOT NULL,
    modified_at bigint NOT NULL,
    CONSTRAINT user_group_pkey PRIMARY KEY (tenant, id)
) WITH (fillfactor = 85);
CREATE INDEX user_group_in_order ON user_group (tenant, seq);
CREATE INDEX user_group_name ON user_group (tenant, name_key COLLATE "C", seq);
-- Partial, so that no foreign key can rest on it: a rename locks no more than any other change.
CREATE UNIQUE INDEX user_group_claim ON user_group (tenant, name_claim) WHERE name_claim IS NOT NULL;
CREATE INDEX user_group_external ON user_group (tenant, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE group_member (
    tenant      text NOT NULL,
    group_id    uuid NOT NULL,
    member_id   uuid NOT NULL,
    user_id     uuid,                                -- the member, if it is a user
    subgroup_id uuid,                                -- the member, if it is a group
    CONSTRAINT group_member_is_one
        CHECK ((user_id IS NULL) <> (subgroup_id IS NULL) AND member_id = coalesce(user_id, subgroup_id)),
    CONSTRAINT group_member_is_another CHECK (group_id <> member_id),
    CONSTRAINT group_member_pkey PRIMARY KEY (tenant, group_id, member_id),
    CONSTRAINT group_member_group FOREIGN KEY (tenant, group_id)
        REFERENCES user_group (tenant, id) ON DELETE CASCADE,
    CONSTRAINT group_member_user FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id) ON DELETE CASCADE,
    CONSTRAINT group_member_subgroup FOREIGN KEY (tenant, subgroup_id)
        REFERENCES user_group (tenant, id) ON DELETE CASCADE
);
-- The way back: the groups of a user, and of a group.
CREATE INDEX group_member_of_user ON group_member (tenant, user_id, group_id) WHERE user_id IS NOT NULL;
CREATE INDEX group_member_of_subgroup ON group_member (tenant, subgroup_id, group_id) WHERE subgroup_id IS NOT NULL;

-- The groups of a user, himself or through another one, by id: [[id, name, directly], …].
CREATE FUNCTION cs_groups(of_tenant text, of_user uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        WITH RECURSIVE held (id, is_direct) AS (
            SELECT d.group_id, true FROM group_member d WHERE d.tenant = of_tenant AND d.user_id = of_user
            UNION
            SELECT a.group_id, false FROM held h
            JOIN group_member a ON a.tenant = of_tenant AND a.subgroup_id = h.id)
        SELECT json_agg(json_build_array(g.id, g.name, h.is_direct) ORDER BY g.id)::text
        FROM (SELECT id, bool_or(is_direct) AS is_direct FROM held GROUP BY id) h
        JOIN user_group g ON g.tenant = of_tenant AND g.id = h.id);
END
$$;
