//! Every statement, written in the open. A test prepares all of them on a migrated database: our compile-time check.
//!
//! A guard raises through `cs_require` when it matches nothing: `conflict:…`, `taken:…` or `exhausted:…`.

/// Names each statement and lists them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $sql;)*
        /// Every one of them, for the test that prepares them.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// A user as a client sees him, in the columns `user::read_view` reads.
macro_rules! user {
    () => {
        concat!("SELECT u.seq AS number, u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile,
                e.value AS pending_email, m.value AS pending_mobile, ", memberships!(), " AS groups
         FROM users u
         LEFT JOIN change e ON e.tenant = u.tenant AND e.user_id = u.id AND e.family = 'email' AND e.state = 'pending'
         LEFT JOIN change m ON m.tenant = u.tenant AND m.user_id = u.id AND m.family = 'mobile' AND m.state = 'pending'
         WHERE u.tenant = $1 ")
    };
}

/// The groups `u` is in, himself or through another one. One probe for somebody who is in none: the recursion is behind a
/// function, because starting and ending it costs more than the whole read, whether or not it finds anything.
macro_rules! memberships {
    () => {
        "CASE WHEN EXISTS (SELECT FROM group_member d WHERE d.tenant = u.tenant AND d.user_id = u.id)
              THEN cs_groups(u.tenant, u.id) END"
    };
}

/// A candidate of a search that asks for groups, in the columns `user::read_user` and `group::read_memberships` read.
pub(super) const USER_IN_GROUPS: &str = concat!(
    "u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile, ",
    memberships!(),
    " AS groups"
);

/// A group, in the columns `group::read_group` reads.
macro_rules! group {
    () => {
        "SELECT g.id, g.name, g.external_id, g.revision, g.version, g.created_at, g.modified_at, g.seq AS number
         FROM user_group g WHERE g.tenant = $1 "
    };
}

/// Members to be, as the rows they become. Somebody who is gone by now makes a row that no constraint lets pass.
macro_rules! admitted {
    ($members:literal) => {
        concat!(
            "INSERT INTO group_member (tenant, group_id, member_id, user_id, subgroup_id)
             SELECT $1, $2, w.id, u.id, s.id FROM (SELECT DISTINCT unnest(",
            $members,
            "::uuid[]) AS id) w
             LEFT JOIN users u ON u.tenant = $1 AND u.id = w.id
             LEFT JOIN user_group s ON s.tenant = $1 AND s.id = w.id
             ORDER BY w.id
             ON CONFLICT DO NOTHING"
        )
    };
}

/// Moves a group if anything about it changed: somebody is `gone` or `come`, or a word is another one.
macro_rules! group_written {
    () => {
        "UPDATE user_group SET revision = revision + 1, version = version + 1, modified_at = $3,
             name = coalesce($4, name), name_key = coalesce($5, name_key),
             name_claim = CASE WHEN $4::text IS NULL THEN name_claim ELSE $6 END,
             external_id = CASE WHEN $7 THEN $8 ELSE external_id END
         WHERE tenant = $1 AND id = $2
               AND (EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM come) OR name <> $4
                    OR ($7 AND external_id IS DISTINCT FROM $8))"
    };
}

/// Moves the groups that hold a member, locked in one order.
macro_rules! touched {
    ($member:literal) => {
        concat!(
            "WITH held AS (
                 SELECT g.id FROM user_group g
                 WHERE g.tenant = $1 AND g.id IN (SELECT m.group_id FROM group_member m
                                                  WHERE m.tenant = $1 AND m.",
            $member,
            " = $2)
                 ORDER BY g.id FOR NO KEY UPDATE)
             UPDATE user_group g SET revision = revision + 1, version = version + 1, modified_at = $3
             FROM held WHERE g.tenant = $1 AND g.id = held.id"
        )
    };
}

/// What a sign-in is checked against.
macro_rules! sign_in {
    () => {
        "SELECT u.id, u.user_name, u.password_hash, u.password_weak, u.credential_version, u.may_act,
                ARRAY(SELECT g.scope FROM scope_grant g
                      WHERE g.tenant = u.tenant AND g.subject_kind = 'user' AND g.subject_id = u.id
                      ORDER BY g.scope) AS scopes
         FROM users u WHERE u.tenant = $1 "
    };
}

/// A session that is alive at `$1`, or now, and was seen less than `$2` before, in the columns `session::read` reads: one
/// look at it and its user, so that nothing ends between the two (I13).
macro_rules! session {
    () => {
        "SELECT s.tenant, s.id, s.user_id, u.user_name, u.password_weak, s.credential_version, s.created_at,
                s.authenticated_at, s.seen_at, s.expires_at, s.address, s.client, t.now,
                ARRAY(SELECT g.scope FROM scope_grant g
                      WHERE g.tenant = u.tenant AND g.subject_kind = 'user' AND g.subject_id = u.id
                      ORDER BY g.scope) AS scopes
         FROM (SELECT coalesce($1::bigint, cs_now()) AS now) t
         CROSS JOIN session s JOIN users u ON u.tenant = s.tenant AND u.id = s.user_id
         WHERE s.expires_at > t.now AND s.seen_at > t.now - $2::bigint
               AND s.credential_version = u.credential_version AND u.may_act "
    };
}

/// What `change::read_record` reads: `c` is the change, `u` its user, `h` its challenge.
macro_rules! record {
    () => {
        "SELECT c.id AS change_id, c.user_id, u.user_name, c.family, c.purpose, c.value, c.entry, c.requester,
                c.requested_at, c.state, c.cancelled_by, c.ended_at,
                h.id AS challenge_id, h.form, h.otp_digest, h.link_digest, h.issued_at, h.expires_at, h.attempts,
                h.attempts_max, h.state AS challenge_state,
                coalesce((SELECT json_agg(json_build_array(e.at, e.event, e.detail) ORDER BY e.seq)::text
                          FROM change_event e WHERE e.tenant = c.tenant AND e.change_id = c.id), '[]') AS events "
    };
}

/// The newest challenge of `c`, beside its user.
macro_rules! newest {
    () => {
        "FROM change c
         JOIN users u ON u.tenant = c.tenant AND u.id = c.user_id
         CROSS JOIN LATERAL (SELECT * FROM challenge n WHERE n.tenant = c.tenant AND n.change_id = c.id
                             ORDER BY n.number DESC LIMIT 1) h "
    };
}

/// Another message of the same user and channel as `o` that is being sent at `$2`; one whose secret is dead gives way.
macro_rules! in_flight {
    () => {
        "(SELECT FROM outbox b LEFT JOIN challenge g ON g.tenant = b.tenant AND g.id = b.challenge_id
          WHERE b.tenant = o.tenant AND b.user_id = o.user_id AND b.channel = o.channel AND b.state = 'queued'
                AND b.id <> o.id AND b.leased_until > $2
                AND (b.challenge_id IS NULL OR (g.state = 'live' AND g.expires_at > $2))) "
    };
}

/// A message nobody is sending, and whose user is sent nothing else by the channel.
macro_rules! free {
    () => {
        concat!(
            "o.channel = $1 AND o.state = 'queued' AND (o.leased_until IS NULL OR o.leased_until <= $2)
                 AND NOT EXISTS ",
            in_flight!()
        )
    };
}

/// A message as `message::record` reads it, of rows `o` that were picked.
macro_rules! message_columns {
    () => {
        "SELECT o.id, o.user_id, u.user_name, o.change_id, o.channel, o.kind, o.template, o.recipient, o.state, o.reason,
                o.attempts, o.created_at, o.due_at, o.leased_until, o.confidential, o.challenge_id,
                (SELECT n.id FROM challenge n WHERE n.tenant = o.tenant AND n.change_id = o.change_id
                 ORDER BY n.number DESC LIMIT 1) AS newest_id, c.state AS change_state "
    };
}

/// Whom message `o` concerns, and the change it belongs to.
macro_rules! message_about {
    () => {
        " LEFT JOIN users u ON u.tenant = o.tenant AND u.id = o.user_id
          LEFT JOIN change c ON c.tenant = o.tenant AND c.id = o.change_id "
    };
}

/// Of so many of the newest messages those that match: the inner walk is what a page may cost. The letters of `C` are
/// ASCII's, as SQLite's are.
macro_rules! messages {
    ($which:literal) => {
        concat!(
            message_columns!(),
            "FROM (SELECT * FROM outbox w WHERE w.tenant = $1 AND w.id < $2 ",
            $which,
            " ORDER BY w.id DESC LIMIT $3) o",
            message_about!(),
            "WHERE $4::text IS NULL OR strpos(lower(o.recipient COLLATE \"C\"), $4) > 0
                   OR strpos(u.user_name_key, $4) > 0
             ORDER BY o.id DESC LIMIT $5"
        )
    };
}

/// Where a walk that looked at as many as it may ended.
macro_rules! messages_end {
    ($which:literal) => {
        concat!(
            "SELECT w.id FROM outbox w WHERE w.tenant = $1 AND w.id < $2 ",
            $which,
            " ORDER BY w.id DESC LIMIT 1 OFFSET $3"
        )
    };
}

/// A client, with what he was granted.
macro_rules! client {
    () => {
        "SELECT c.id, c.name, c.secret_hash, c.grants,
                ARRAY(SELECT g.scope FROM scope_grant g
                      WHERE g.tenant = c.tenant AND g.subject_kind = 'client' AND g.subject_id = c.id
                      ORDER BY g.scope) AS scopes
         FROM client c WHERE c.tenant = $1 "
    };
}

statements! {
    /// One statement, so that user, changes and settings are of one moment.
    SNAPSHOT = "
        SELECT u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile, u.budget,
               cs_now() AS now,
               coalesce((SELECT json_object_agg(s.name, s.value)::text FROM setting s WHERE s.tenant = $1), '{}')
                   AS overrides,
               c.id AS change_id, c.family, c.purpose, c.value, c.entry, c.requester, c.requested_at,
               h.id AS challenge_id, h.form, h.otp_digest, h.link_digest, h.issued_at, h.expires_at, h.attempts,
               h.attempts_max, h.state AS challenge_state
        FROM users u
        LEFT JOIN change c ON c.tenant = u.tenant AND c.user_id = u.id AND c.state = 'pending'
        LEFT JOIN LATERAL (SELECT * FROM challenge n WHERE n.tenant = c.tenant AND n.change_id = c.id
                           ORDER BY n.number DESC LIMIT 1) h ON true
        WHERE u.tenant = $1 AND u.id = $2";

    USER = concat!(user!(), "AND u.id = $2");

    USER_BY_NAME = concat!(user!(), "AND u.user_name_key = $2");

    /// In the order of their numbers.
    USERS_BY_NUMBER = concat!(user!(), "AND u.seq = ANY($2::bigint[]) ORDER BY u.seq");

    USER_TOTAL = "
        SELECT coalesce(sum(users), 0)::bigint AS total, coalesce(sum(deleted), 0)::bigint AS deleted
        FROM user_count WHERE tenant = $1";

    USER_CREATED = "SELECT created_at FROM users WHERE tenant = $1 AND seq = $2";

    /// The last of a commit's statements: the one that may wait for other commits, and so for none that waits for it.
    USER_TOTAL_MOVE = "
        INSERT INTO user_count AS c (tenant, shard, users, deleted) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, shard)
        DO UPDATE SET users = c.users + excluded.users, deleted = c.deleted + excluded.deleted";

    USER_ID_BY_NAME = "SELECT id FROM users WHERE tenant = $1 AND user_name_key = $2";

    HELD_BY = "SELECT user_id FROM held_value WHERE tenant = $1 AND claim = $2 AND value_key = $3";

    SIGN_IN_BY_NAME = concat!(sign_in!(), "AND u.user_name_key = $2");

    SIGN_IN_BY_ID = concat!(sign_in!(), "AND u.id = $2");

    USER_INSERT = "
        INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at, profile,
                           password_hash, password_weak, credential_version, may_act, budget)
        VALUES ($1, $2, $3, $4, 1, 1, $5, $5, $6, $7, $8, 1, $9, $10)";

    USER_UPDATE = "
        WITH moved AS (
            UPDATE users
            SET revision = revision + 1,
                version = version + $5::bigint,
                modified_at = CASE WHEN $5::bigint > 0 THEN $4 ELSE modified_at END,
                profile = coalesce($6, profile),
                user_name = coalesce($7, user_name),
                user_name_key = coalesce($8, user_name_key),
                may_act = coalesce($9, may_act),
                password_hash = coalesce($10, password_hash),
                password_weak = coalesce($11, password_weak),
                credential_version = credential_version + $12::bigint,
                budget = $13
            WHERE tenant = $1 AND id = $2 AND revision = $3
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM moved) = 1, 'conflict:user')";

    USER_DELETE = "
        WITH gone AS (DELETE FROM users WHERE tenant = $1 AND id = $2 AND revision = $3 RETURNING seq),
        forgotten AS (
            DELETE FROM user_value v USING gone, unnest($4::text[], $5::text[]) AS f (attribute, value_key)
            WHERE v.tenant = $1 AND v.user_seq = gone.seq AND v.attribute = f.attribute AND v.value_key = f.value_key)
        SELECT cs_require((SELECT count(*) FROM gone) = 1, 'conflict:user')";

    /// Held whole until the end, so that nobody can become a member of anything meanwhile.
    USER_HOLD = "
        WITH held AS (SELECT 1 FROM users WHERE tenant = $1 AND id = $2 AND revision = $3 FOR UPDATE)
        SELECT cs_require((SELECT count(*) FROM held) = 1, 'conflict:user')";

    GROUP = concat!(group!(), "AND g.id = $2");

    GROUPS_BY_SEQ = concat!(group!(), "AND g.seq = ANY($2::bigint[]) ORDER BY g.seq");

    GROUP_COUNT = "SELECT count(*) AS total FROM user_group WHERE tenant = $1";

    GROUP_PAGE = concat!(group!(), "ORDER BY g.seq LIMIT $2 OFFSET $3");

    GROUP_PAGE_BY_NAME = concat!(group!(), "ORDER BY g.name_key COLLATE \"C\", g.seq LIMIT $2 OFFSET $3");

    GROUP_PAGE_BY_NAME_DESCENDING =
        concat!(group!(), "ORDER BY g.name_key COLLATE \"C\" DESC, g.seq DESC LIMIT $2 OFFSET $3");

    GROUP_PAGE_AFTER = concat!(group!(), "AND g.seq > $3 ORDER BY g.seq LIMIT $2");

    GROUP_PAGE_BEFORE = concat!(group!(), "AND g.seq < $3 ORDER BY g.seq DESC LIMIT $2");

    GROUP_PAGE_AFTER_NAME = concat!(group!(), "AND (g.name_key COLLATE \"C\", g.seq) > ($4, $3)
         ORDER BY g.name_key COLLATE \"C\", g.seq LIMIT $2");

    GROUP_PAGE_BEFORE_NAME = concat!(group!(), "AND (g.name_key COLLATE \"C\", g.seq) < ($4, $3)
         ORDER BY g.name_key COLLATE \"C\" DESC, g.seq DESC LIMIT $2");

    GROUP_SEQ = "SELECT seq FROM user_group WHERE tenant = $1 AND id = $2";

    GROUP_SEQS_BY_NAME = "SELECT seq FROM user_group WHERE tenant = $1 AND name_key COLLATE \"C\" = $2";

    GROUP_SEQS_BY_EXTERNAL = "SELECT seq FROM user_group WHERE tenant = $1 AND external_id = $2";

    GROUP_SEQS_BY_MEMBER = "
        SELECT g.seq FROM (SELECT group_id FROM group_member WHERE tenant = $1 AND user_id = $2
                           UNION ALL
                           SELECT group_id FROM group_member WHERE tenant = $1 AND subgroup_id = $2) m
        JOIN user_group g ON g.tenant = $1 AND g.id = m.group_id";

    MEMBERS = "
        SELECT group_id, member_id, subgroup_id IS NOT NULL AS is_group, NULL::text AS display FROM group_member
        WHERE tenant = $1 AND group_id = ANY($2::uuid[]) ORDER BY group_id, member_id LIMIT $3";

    MEMBERS_NAMED = "
        SELECT m.group_id, m.member_id, m.subgroup_id IS NOT NULL AS is_group,
               coalesce(u.user_name, s.name) AS display
        FROM group_member m
        LEFT JOIN users u ON u.tenant = m.tenant AND u.id = m.user_id
        LEFT JOIN user_group s ON s.tenant = m.tenant AND s.id = m.subgroup_id
        WHERE m.tenant = $1 AND m.group_id = ANY($2::uuid[]) ORDER BY m.group_id, m.member_id LIMIT $3";

    MEMBERS_PAGE = "
        SELECT m.group_id, m.member_id, m.subgroup_id IS NOT NULL AS is_group,
               coalesce(u.user_name, s.name) AS display
        FROM group_member m
        LEFT JOIN users u ON u.tenant = m.tenant AND u.id = m.user_id
        LEFT JOIN user_group s ON s.tenant = m.tenant AND s.id = m.subgroup_id
        WHERE m.tenant = $1 AND m.group_id = $2 AND m.member_id > $3 ORDER BY m.member_id LIMIT $4";

    MEMBER_COUNTS = "
        SELECT w.id AS group_id,
               (SELECT count(*) FROM (SELECT FROM group_member m
                                      WHERE m.tenant = $1 AND m.group_id = w.id LIMIT $3) counted) AS members
        FROM unnest($2::uuid[]) AS w (id)";

    /// Held against all but those who merely point at it, so that two nestings the other way round do not wait for each
    /// other here.
    GROUP_HOLD = "
        WITH held AS (SELECT 1 FROM user_group
                      WHERE tenant = $1 AND id = $2 AND ($3::bigint IS NULL OR revision = $3) FOR NO KEY UPDATE)
        SELECT cs_require((SELECT count(*) FROM held) = 1, 'conflict:group')";

    GROUP_HOLD_WHOLE = "
        WITH held AS (SELECT 1 FROM user_group
                      WHERE tenant = $1 AND id = $2 AND ($3::bigint IS NULL OR revision = $3) FOR UPDATE)
        SELECT cs_require((SELECT count(*) FROM held) = 1, 'conflict:group')";

    GROUP_NAME_IS_FREE = "
        SELECT cs_require(
            NOT EXISTS (SELECT FROM user_group WHERE tenant = $1 AND name_key COLLATE \"C\" = $2 AND id <> $3),
            'taken:group')";

    GROUP_INSERT = "
        INSERT INTO user_group (tenant, id, name, name_key, name_claim, external_id, revision, version, created_at,
                                modified_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7, $7)";

    /// Names the first who is nobody by his place, from 1.
    MEMBERS_ARE_KNOWN = "
        SELECT cs_require(place IS NULL, 'unknown:' || place)
        FROM (SELECT min(w.place) AS place FROM unnest($2::uuid[]) WITH ORDINALITY AS w (id, place)
              WHERE NOT EXISTS (SELECT FROM users u WHERE u.tenant = $1 AND u.id = w.id)
                    AND NOT EXISTS (SELECT FROM user_group s WHERE s.tenant = $1 AND s.id = w.id)) missing";

    /// Groups are put into groups one at a time in a house: what the next statement sees is what will be. Whoever adds
    /// people waits for nobody.
    NESTING_LOCK = "
        SELECT pg_advisory_xact_lock(hashtextextended('countersign nesting ' || $1::text, 0))
        WHERE EXISTS (SELECT FROM user_group s WHERE s.tenant = $1 AND s.id = ANY($2::uuid[]))";

    /// Neither the group itself nor one it is in, however far up.
    NO_LOOP = "
        WITH RECURSIVE above (id) AS (
            SELECT $2::uuid
            UNION
            SELECT m.group_id FROM above a JOIN group_member m ON m.tenant = $1 AND m.subgroup_id = a.id)
        SELECT cs_require(place IS NULL, 'loop:' || place)
        FROM (SELECT min(w.place) AS place FROM unnest($3::uuid[]) WITH ORDINALITY AS w (id, place)
              WHERE w.id IN (SELECT id FROM above)) looped";

    MEMBERS_ADD = admitted!("$3");

    /// Who goes ($10) and who comes ($9) are never the same, so the order of the two does not matter.
    GROUP_WRITE = concat!("
        WITH gone AS (DELETE FROM group_member
                      WHERE tenant = $1 AND group_id = $2 AND member_id = ANY($10::uuid[]) RETURNING 1),
             come AS (", admitted!("$9"), " RETURNING 1) ", group_written!());

    /// All but those who are named go.
    GROUP_REPLACE = concat!("
        WITH gone AS (DELETE FROM group_member m
                      WHERE m.tenant = $1 AND m.group_id = $2
                            AND NOT EXISTS (SELECT FROM unnest($9::uuid[]) AS w (id) WHERE w.id = m.member_id)
                      RETURNING 1),
             come AS (", admitted!("$9"), " RETURNING 1) ", group_written!());

    GROUP_DELETE = "DELETE FROM user_group WHERE tenant = $1 AND id = $2";

    GROUPS_OF_USER_TOUCH = touched!("user_id");

    GROUPS_OF_GROUP_TOUCH = touched!("subgroup_id");

    HELD_RELEASE = "
        DELETE FROM held_value WHERE tenant = $1 AND user_id = $2 AND claim = $3 AND value_key = ANY($4::text[])";

    /// A value another user holds makes no row, whether he got it long ago or commits at this moment (I10).
    HELD_CLAIM = "
        WITH held AS (
            INSERT INTO held_value AS h (tenant, claim, value_key, user_id)
            SELECT $1, $3::text, wanted, $2 FROM unnest($4::text[]) AS wanted ORDER BY wanted
            ON CONFLICT (tenant, claim, value_key) DO UPDATE SET user_id = h.user_id WHERE h.user_id = excluded.user_id
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM held) = cardinality($4::text[]), 'taken:' || $3::text)";

    FOUND_REMOVE = "
        DELETE FROM user_value v USING users u, unnest($3::text[], $4::text[]) AS f (attribute, value_key)
        WHERE u.tenant = $1 AND u.id = $2
              AND v.tenant = $1 AND v.user_seq = u.seq AND v.attribute = f.attribute AND v.value_key = f.value_key";

    FOUND_ADD = "
        INSERT INTO user_value (tenant, attribute, value_key, user_seq)
        SELECT $1, f.attribute, f.value_key, u.seq
        FROM users u, unnest($3::text[], $4::text[]) AS f (attribute, value_key)
        WHERE u.tenant = $1 AND u.id = $2
        ON CONFLICT DO NOTHING";

    FOUND_STATE = "SELECT generation, done_tenant, done_to FROM user_value_state WHERE one";

    FOUND_STATE_WRITE = "
        INSERT INTO user_value_state (one, generation, done_tenant, done_to) VALUES (true, $1, $2, $3)
        ON CONFLICT (one) DO UPDATE SET generation = excluded.generation, done_tenant = excluded.done_tenant,
                                        done_to = excluded.done_to";

    FOUND_REMOVE_ALL = "TRUNCATE user_value";

    /// Locked, so that nobody changes a profile between its reading and the writing of its rows.
    FOUND_NEXT = "
        SELECT tenant, seq, profile FROM users WHERE (tenant, seq) > ($1, $2::bigint)
        ORDER BY tenant, seq LIMIT $3 FOR NO KEY UPDATE";

    FOUND_FILL = "
        INSERT INTO user_value (tenant, attribute, value_key, user_seq)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
        ON CONFLICT DO NOTHING";

    /// A second pending change of the family meets the index `change_pending` (I3).
    CHANGE_BEGIN = "
        INSERT INTO change (tenant, id, user_id, family, purpose, value, entry, requester, requested_at, state,
                            cancel_selector, cancel_digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11)";

    CHALLENGE_ISSUE = "
        INSERT INTO challenge (tenant, id, change_id, number, user_id, form, otp_digest, lookup_digest, link_selector,
                               link_digest, issued_at, expires_at, attempts, attempts_max, state)
        SELECT c.tenant, $3, c.id,
               1 + coalesce((SELECT max(n.number) FROM challenge n WHERE n.tenant = $1 AND n.change_id = $2), 0),
               c.user_id, $4, $5, $6, $7, $8, $9, $10, 0, $11, 'live'
        FROM change c WHERE c.tenant = $1 AND c.id = $2";

    /// Locks the change, so that of two resends the second sees what the first has done.
    CHANGE_IS_PENDING = "
        WITH pending AS (
            SELECT 1 FROM change WHERE tenant = $1 AND id = $2 AND state = 'pending' FOR NO KEY UPDATE)
        SELECT cs_require((SELECT count(*) FROM pending) = 1, 'conflict:change')";

    CHALLENGE_IS_NEWEST = "
        SELECT cs_require(
            (SELECT id FROM challenge WHERE tenant = $1 AND change_id = $2 ORDER BY number DESC LIMIT 1) = $3,
            'conflict:challenge')";

    /// The live one, if there is one: it may have been exhausted before.
    CHALLENGE_REPLACE = "
        UPDATE challenge SET state = 'replaced', lookup_digest = NULL
        WHERE tenant = $1 AND change_id = $2 AND state = 'live'";

    CHALLENGE_ATTEMPT = "
        WITH spent AS (
            UPDATE challenge
            SET attempts = attempts + 1,
                state = CASE WHEN $4 THEN 'exhausted' ELSE state END,
                lookup_digest = CASE WHEN $4 THEN NULL ELSE lookup_digest END
            WHERE tenant = $1 AND id = $2 AND state = 'live' AND attempts = $3 AND attempts < attempts_max
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM spent) = 1, 'conflict:challenge')";

    CHANGE_END = "
        WITH ended AS (
            UPDATE change SET state = $3, cancelled_by = $4, ended_at = $5
            WHERE tenant = $1 AND id = $2 AND state = 'pending'
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM ended) = 1, 'conflict:change')";

    /// Single use: of any number of redeemers one moves the row (SEC-8).
    CHALLENGE_CONSUME = "
        WITH consumed AS (
            UPDATE challenge SET state = 'consumed', lookup_digest = NULL
            WHERE tenant = $1 AND id = $3 AND change_id = $2 AND state = 'live' AND expires_at > $4
                  AND attempts < attempts_max
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM consumed) = 1, 'conflict:challenge')";
    CODE_HOLDERS = "
        SELECT DISTINCT h.user_id, c.family
        FROM challenge h JOIN change c ON c.tenant = h.tenant AND c.id = h.change_id
        WHERE h.tenant = $1 AND h.lookup_digest = ANY($2::bytea[]) AND h.state = 'live'
              AND h.expires_at > coalesce($3::bigint, cs_now())
        ORDER BY h.user_id, c.family LIMIT 2";

    /// A selector belongs to a challenge's link or to a change's cancel link; both are unique.
    LINK = concat!(record!(), ", c.cancel_digest, f.challenge_id IS NULL AS cancels, newest.id AS newest_id
        FROM (SELECT l.change_id, l.id AS challenge_id FROM challenge l WHERE l.tenant = $1 AND l.link_selector = $2
              UNION ALL
              SELECT k.id, NULL FROM change k WHERE k.tenant = $1 AND k.cancel_selector = $2) f
        JOIN change c ON c.tenant = $1 AND c.id = f.change_id
        JOIN users u ON u.tenant = c.tenant AND u.id = c.user_id
        CROSS JOIN LATERAL (SELECT n.id FROM challenge n WHERE n.tenant = c.tenant AND n.change_id = c.id
                            ORDER BY n.number DESC LIMIT 1) newest
        JOIN challenge h ON h.tenant = c.tenant AND h.id = coalesce(f.challenge_id, newest.id)");

    CHANGE = concat!(record!(), newest!(), "WHERE c.tenant = $1 AND c.id = $2");

    CHANGES_OF_ALL = concat!(record!(), newest!(), "
        WHERE c.tenant = $1 AND ($2::text IS NULL OR c.state = $2) AND ($3::uuid IS NULL OR c.id < $3)
        ORDER BY c.id DESC LIMIT $4");

    /// Apart from the other, so that neither can be planned for both.
    CHANGES_OF_USER = concat!(record!(), newest!(), "
        WHERE c.tenant = $1 AND ($2::text IS NULL OR c.state = $2) AND ($3::uuid IS NULL OR c.id < $3)
              AND c.user_id = $5
        ORDER BY c.id DESC LIMIT $4");
    SPEND_TAKE = "
        WITH took AS (
            INSERT INTO spend AS s (tenant, budget, taken, window_ends_at) VALUES ($1, $2, $4, $5)
            ON CONFLICT (tenant, budget) DO UPDATE
            SET taken = CASE WHEN s.window_ends_at <= $3 THEN excluded.taken ELSE s.taken + excluded.taken END,
                window_ends_at = CASE WHEN s.window_ends_at <= $3 THEN excluded.window_ends_at ELSE s.window_ends_at END
            WHERE s.window_ends_at <= $3 OR s.taken < $6
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM took) = 1, 'exhausted:' || $2)";

    /// Takes nothing, so it neither begins a window nor waits for anyone.
    SPEND_DEMAND = "
        SELECT cs_require(
            NOT EXISTS (SELECT FROM spend WHERE tenant = $1 AND budget = $2 AND window_ends_at > $3 AND taken >= $4),
            'exhausted:' || $2)";

    SPEND_GIVE_BACK = "UPDATE spend SET taken = taken - 1 WHERE tenant = $1 AND budget = $2 AND taken > 0";

    SPENT = "SELECT budget, taken, window_ends_at FROM spend
             WHERE tenant = $1 AND budget = ANY($2::text[]) AND window_ends_at > $3";

    /// Stands or falls with the commit. If somebody has voided the operation, the commit falls.
    OPERATION = "INSERT INTO operation (id, tenant, outcome, at) VALUES ($1, $2, 'done', $3)";

    /// A change that is not there has no timeline.
    EVENTS = "
        INSERT INTO change_event (tenant, change_id, at, event, detail)
        SELECT c.tenant, c.id, e.at, e.event, e.detail
        FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[])
             WITH ORDINALITY AS e (change_id, at, event, detail, place)
        JOIN change c ON c.tenant = $1 AND c.id = e.change_id
        ORDER BY e.place";

    AUDIT = "
        INSERT INTO audit (tenant, id, at, body, user_id, group_id, change_id, event)
        SELECT $1, a.* FROM unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[])
                            AS a (id, at, body, user_id, group_id, change_id, event)";

    AUDIT_OF_ALL = "
        SELECT body FROM audit WHERE tenant = $1 AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4";

    AUDIT_OF_USER = "
        SELECT body FROM audit
        WHERE tenant = $1 AND id >= $2 AND id < $3 AND user_id = $5 ORDER BY id DESC LIMIT $4";

    AUDIT_OF_GROUP = "
        SELECT body FROM audit
        WHERE tenant = $1 AND id >= $2 AND id < $3 AND group_id = $5 ORDER BY id DESC LIMIT $4";

    AUDIT_OF_CHANGE = "
        SELECT body FROM audit
        WHERE tenant = $1 AND id >= $2 AND id < $3 AND change_id = $5 ORDER BY id DESC LIMIT $4";

    AUDIT_OF_EVENT = "
        SELECT body FROM audit
        WHERE tenant = $1 AND id >= $2 AND id < $3 AND event = $5 ORDER BY id DESC LIMIT $4";

    NOTICES_OF_USER = "
        SELECT id, created_at, template, change_id, channel, recipient, state FROM outbox
        WHERE tenant = $1 AND user_id = $2 AND id < $3 AND kind = 'notice' ORDER BY id DESC LIMIT $4";

    USERS_UNVERIFIED = "
        SELECT u.seq, u.id FROM user_value v JOIN users u ON u.seq = v.user_seq
        WHERE v.tenant = $1 AND v.attribute = $2 AND v.value_key = $3 AND v.user_seq > $4
        ORDER BY v.user_seq LIMIT $5";

    USERS_PENDING = "
        SELECT DISTINCT user_id FROM change
        WHERE tenant = $1 AND state = 'pending' AND user_id > $2 ORDER BY user_id LIMIT $3";

    /// Waits while the original is still at work; writes only if it never can commit any more.
    FENCE = "INSERT INTO operation (id, tenant, outcome, at) VALUES ($1, $2, 'void', $3) ON CONFLICT DO NOTHING";

    OUTBOX_INSERT = "
        INSERT INTO outbox (tenant, id, user_id, change_id, challenge_id, channel, kind, template, locale, recipient,
                            \"values\", sealed, state, attempts, created_at, due_at, lease, confidential)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued', 0, $13, $13, 0,
                $12::bytea IS NOT NULL AND $7::text = 'notice')";

    OUTBOX_DROP_OF_USER = "
        UPDATE outbox SET state = 'dropped', reason = 'the user was deleted', sealed = NULL, leased_until = NULL
        WHERE tenant = $1 AND user_id = $2 AND state = 'queued'";

    /// Of each user's due messages the one that comes first, and beside it those not worth sending, to be dropped. Two
    /// nodes that look at the same moment see the same first one, so they never send a user two at once; `SKIP LOCKED`
    /// lets the second pass over it.
    OUTBOX_LEASE = concat!("
        WITH due AS (
            SELECT o.tenant, o.id, h.state AS challenge_state, h.expires_at
            FROM outbox o LEFT JOIN challenge h ON h.tenant = o.tenant AND h.id = o.challenge_id
            WHERE o.due_at <= $2 AND ", free!(), "
                  AND ((o.challenge_id IS NOT NULL AND (h.state IS DISTINCT FROM 'live' OR h.expires_at <= $2))
                       OR NOT EXISTS (
                           SELECT FROM outbox b LEFT JOIN challenge g ON g.tenant = b.tenant AND g.id = b.challenge_id
                           WHERE b.tenant = o.tenant AND b.user_id = o.user_id AND b.channel = o.channel
                                 AND b.state = 'queued' AND b.due_at <= $2
                                 AND (b.leased_until IS NULL OR b.leased_until <= $2)
                                 AND (b.challenge_id IS NULL OR (g.state = 'live' AND g.expires_at > $2))
                                 AND (b.kind > o.kind OR (b.kind = o.kind AND (b.due_at, b.seq) < (o.due_at, o.seq)))))
            ORDER BY o.kind DESC, o.due_at, o.seq
            LIMIT $3
            FOR UPDATE OF o SKIP LOCKED)
        UPDATE outbox o SET leased_until = $4, lease = o.lease + 1
        FROM due WHERE o.tenant = due.tenant AND o.id = due.id
        RETURNING o.tenant, o.id, o.seq, o.user_id, o.change_id, o.challenge_id, o.kind, o.template, o.locale,
                  o.recipient, o.\"values\", o.sealed, o.attempts, coalesce(o.requeued_at, o.created_at) AS created_at,
                  o.due_at, o.lease,
                  due.challenge_state, due.expires_at");

    /// A settlement under a lease that was lost matches nothing. That a message waits for a sender is traced once, however
    /// often that is looked at. No other row of the trace can come between: whoever writes one holds the message.
    OUTBOX_SETTLE = "
        WITH settled AS (
            UPDATE outbox
            SET state = $4, reason = $5, attempts = attempts + $6::bigint, due_at = coalesce($7::bigint, due_at),
                leased_until = NULL, sealed = CASE WHEN $4 = 'queued' THEN sealed END
            WHERE tenant = $1 AND id = $2 AND lease = $3 AND state = 'queued' AND leased_until IS NOT NULL
            RETURNING change_id),
        last AS (
            SELECT number, outcome, detail FROM message_attempt WHERE tenant = $1 AND message_id = $2
            ORDER BY number DESC LIMIT 1),
        traced AS (
            INSERT INTO message_attempt (tenant, message_id, number, at, outcome, detail)
            SELECT $1, $2, coalesce((SELECT number FROM last), 0) + 1, coalesce($8::bigint, cs_now()), $10::text, $5
            FROM settled
            WHERE NOT ($10::text = 'parked'
                       AND EXISTS (SELECT FROM last WHERE outcome = $10::text AND detail = $5))),
        told AS (
            INSERT INTO change_event (tenant, change_id, at, event, detail)
            SELECT c.tenant, c.id, coalesce($8::bigint, cs_now()), $9::text, $5
            FROM settled s JOIN change c ON c.tenant = $1 AND c.id = s.change_id
            WHERE $9::text IS NOT NULL)
        SELECT count(*) AS settled FROM settled";

    /// The first message that is free, or the first lease that ends.
    OUTBOX_NEXT = concat!("
        SELECT least(
            (SELECT o.due_at FROM outbox o WHERE o.kind = 'secret' AND ", free!(), "ORDER BY o.due_at LIMIT 1),
            (SELECT o.due_at FROM outbox o WHERE o.kind = 'notice' AND ", free!(), "ORDER BY o.due_at LIMIT 1),
            (SELECT min(o.leased_until) FROM outbox o
             WHERE o.channel = $1 AND o.state = 'queued' AND o.leased_until > $2)) AS due");

    OUTBOX_DEPTH = "SELECT state, count(*) AS messages FROM outbox GROUP BY state";

    OUTBOX_LOAD = "SELECT state, channel, count(*) AS messages FROM outbox GROUP BY state, channel";

    OUTBOX_DUE_SINCE = "
        SELECT least((SELECT min(due_at) FROM outbox
                      WHERE state = 'queued' AND channel = 'EMAIL' AND kind = 'secret' AND due_at <= $1),
                     (SELECT min(due_at) FROM outbox
                      WHERE state = 'queued' AND channel = 'EMAIL' AND kind = 'notice' AND due_at <= $1),
                     (SELECT min(due_at) FROM outbox
                      WHERE state = 'queued' AND channel = 'SMS' AND kind = 'secret' AND due_at <= $1),
                     (SELECT min(due_at) FROM outbox
                      WHERE state = 'queued' AND channel = 'SMS' AND kind = 'notice' AND due_at <= $1)) AS due";

    OUTBOX_REQUEUE = "
        WITH queued AS (
            UPDATE outbox SET state = 'queued', reason = $3, attempts = 0, due_at = $4, requeued_at = $4
            WHERE tenant = $1 AND id = $2 AND state IN ('dead', 'dropped') AND kind = 'notice' AND NOT confidential
                  AND recipient <> ''
            RETURNING 1),
        traced AS (
            INSERT INTO message_attempt (tenant, message_id, number, at, outcome, detail)
            SELECT $1, $2, (SELECT coalesce(max(number), 0) + 1 FROM message_attempt
                            WHERE tenant = $1 AND message_id = $2), $4, 'replayed', $3
            FROM queued)
        SELECT cs_require((SELECT count(*) FROM queued) = 1, 'conflict:message')";

    OUTBOX_DROP = "
        WITH dropped AS (
            UPDATE outbox SET state = 'dropped', reason = $3, sealed = NULL, leased_until = NULL
            WHERE tenant = $1 AND id = $2 AND state = 'queued' AND (leased_until IS NULL OR leased_until <= $4)
            RETURNING 1),
        traced AS (
            INSERT INTO message_attempt (tenant, message_id, number, at, outcome, detail)
            SELECT $1, $2, (SELECT coalesce(max(number), 0) + 1 FROM message_attempt
                            WHERE tenant = $1 AND message_id = $2), $4, 'dropped', $3
            FROM dropped)
        SELECT cs_require((SELECT count(*) FROM dropped) = 1, 'conflict:message')";

    ATTEMPTS = "
        SELECT number, at, outcome, detail FROM message_attempt WHERE tenant = $1 AND message_id = $2
        ORDER BY number DESC LIMIT $3";

    MESSAGE = concat!(message_columns!(), "FROM outbox o", message_about!(), "WHERE o.tenant = $1 AND o.id = $2");

    MESSAGES = messages!("");

    MESSAGES_LISTED = messages!("AND w.state = $6 AND w.channel = $7");

    MESSAGES_OF_USER = messages!(
        "AND w.user_id = $6 AND ($7::text IS NULL OR w.state = $7) AND ($8::text IS NULL OR w.channel = $8)");

    MESSAGES_END = messages_end!("");

    MESSAGES_LISTED_END = messages_end!("AND w.state = $4 AND w.channel = $5");

    MESSAGES_OF_USER_END = messages_end!(
        "AND w.user_id = $4 AND ($5::text IS NULL OR w.state = $5) AND ($6::text IS NULL OR w.channel = $6)");

    SERVER_VERSION = "SELECT current_setting('server_version') AS version";

    SETTINGS = "SELECT name, value FROM setting WHERE tenant = $1";

    SETTING_WRITE = "
        INSERT INTO setting (tenant, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value";

    SETTING_REMOVE = "DELETE FROM setting WHERE tenant = $1 AND name = $2";

    SCOPES = "
        SELECT scope FROM scope_grant WHERE tenant = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY scope";

    SCOPE_GRANT = "
        INSERT INTO scope_grant (tenant, subject_kind, subject_id, scope) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";

    SCOPE_TAKE = "
        DELETE FROM scope_grant WHERE tenant = $1 AND subject_kind = $2 AND subject_id = $3 AND scope = $4";

    SCOPES_REMOVE = "DELETE FROM scope_grant WHERE tenant = $1 AND subject_kind = $2 AND subject_id = $3";

    CLIENT_ADD = "INSERT INTO client (tenant, id, name, secret_hash, grants) VALUES ($1, $2, $3, $4, $5)";

    CLIENT_CHANGE = "
        WITH changed AS (
            UPDATE client SET name = coalesce($3::text, name), secret_hash = coalesce($4::bytea, secret_hash)
            WHERE tenant = $1 AND id = $2 RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM changed) = 1, 'conflict:client')";

    TOKENS_REMOVE = "DELETE FROM token WHERE tenant = $1 AND client_id = $2";

    CLIENT_REMOVE = "DELETE FROM client WHERE tenant = $1 AND id = $2";

    CLIENT = concat!(client!(), "AND c.id = $2");

    CLIENTS = concat!(client!(), "ORDER BY c.id");

    TOKEN_ADD = "INSERT INTO token (hash, tenant, client_id, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)";

    TOKEN = "
        SELECT t.tenant, t.client_id, c.name, t.scopes,
               ARRAY(SELECT g.scope FROM scope_grant g
                     WHERE g.tenant = t.tenant AND g.subject_kind = 'client' AND g.subject_id = t.client_id) AS granted
        FROM token t JOIN client c ON c.tenant = t.tenant AND c.id = t.client_id
        WHERE t.hash = $1 AND t.expires_at > coalesce($2::bigint, cs_now())";

    SESSION = concat!(session!(), "AND s.hash = $3");

    SESSIONS_OF_USER = concat!(session!(), "AND s.tenant = $3 AND s.user_id = $4 ORDER BY s.id DESC LIMIT $5");

    SESSION_OPEN = "
        WITH opened AS (
            INSERT INTO session (hash, tenant, id, user_id, credential_version, created_at, authenticated_at, seen_at,
                                 expires_at, address, client)
            SELECT $1, u.tenant, $3, u.id, u.credential_version, $6, $7, $7, $8, $9, $10 FROM users u
            WHERE u.tenant = $2 AND u.id = $4 AND u.credential_version = $5 AND u.may_act
            RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM opened) = 1, 'conflict:session')";

    /// All but the newest `$3`.
    SESSIONS_TRIM = "
        DELETE FROM session WHERE tenant = $1 AND user_id = $2
            AND id <= (SELECT o.id FROM session o WHERE o.tenant = $1 AND o.user_id = $2
                       ORDER BY o.id DESC LIMIT 1 OFFSET $3)";

    SESSION_TOUCH = "UPDATE session SET seen_at = $3 WHERE hash = $1 AND tenant = $2 AND seen_at < $3";

    SESSION_END = "DELETE FROM session WHERE hash = $1 AND tenant = $2";

    SESSION_END_STANDING = "
        WITH ended AS (DELETE FROM session WHERE hash = $1 AND tenant = $2 RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM ended) = 1, 'conflict:session')";

    SESSION_END_ONE = "
        WITH ended AS (DELETE FROM session WHERE tenant = $1 AND user_id = $2 AND id = $3 RETURNING 1)
        SELECT cs_require((SELECT count(*) FROM ended) = 1, 'conflict:session')";

    SESSIONS_END_OF_USER = "
        DELETE FROM session WHERE tenant = $1 AND user_id = $2 AND ($3::uuid IS NULL OR id <> $3)";

    KEY_CLAIM = "INSERT INTO key_fingerprint (kind, fingerprint) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    KEY = "SELECT fingerprint FROM key_fingerprint WHERE kind = $1";

    NOW = "SELECT cs_now() AS now";

    PURGE_CHANGES = "
        SELECT c.id, c.user_id, c.family, c.value, c.state FROM change c
        WHERE c.tenant = $1 AND c.id < $2
              AND NOT EXISTS (SELECT FROM challenge h
                              WHERE h.tenant = c.tenant AND h.change_id = c.id AND h.expires_at >= $3)
        ORDER BY c.id LIMIT $4";

    /// What has ended stays as it is: nothing can have come between.
    PURGE_ENDED = "DELETE FROM change WHERE tenant = $1 AND id = ANY($2::uuid[]) AND state <> 'pending'";

    /// The pending value vanishes from the representation, so the version moves.
    USER_PURGED = "
        UPDATE users SET revision = revision + 1, version = version + 1, modified_at = $3
        WHERE tenant = $1 AND id = $2";

    /// After the change is locked: a resend may have come between.
    CHANGE_IS_OLD = "
        SELECT cs_require(
            NOT EXISTS (SELECT FROM challenge WHERE tenant = $1 AND change_id = $2 AND expires_at >= $3),
            'conflict:change')";

    PURGE_CHANGE = "DELETE FROM change WHERE tenant = $1 AND id = $2";

    /// A notice that did not arrive can be sent again as long as it is kept (REL-10), unless its user is gone.
    PURGE_VALUES = "
        UPDATE outbox o SET \"values\" = '{}', recipient = ''
        WHERE o.tenant = $1 AND o.state <> 'queued' AND o.recipient <> ''
              AND (o.state = 'delivered' OR o.kind = 'secret' OR o.confidential
                   OR NOT EXISTS (SELECT FROM users u WHERE u.tenant = o.tenant AND u.id = o.user_id))";

    PURGE_MESSAGES = "DELETE FROM outbox WHERE tenant = $1 AND state <> 'queued' AND created_at < $2";

    PURGE_TOKENS = "DELETE FROM token WHERE tenant = $1 AND expires_at <= $2";

    PURGE_SESSIONS = "DELETE FROM session WHERE tenant = $1 AND expires_at <= $2";

    PURGE_SPENDS = "DELETE FROM spend WHERE tenant = $1 AND window_ends_at <= $2";

    PURGE_OPERATIONS = "DELETE FROM operation WHERE tenant = $1 AND at < $2";

    CHECK_USERS = "SELECT id, profile FROM users WHERE tenant = $1";

    CHECK_HELD = "SELECT claim, value_key, user_id FROM held_value WHERE tenant = $1";

    CHECK_CHANGES = "SELECT id, user_id, family, value, state FROM change WHERE tenant = $1";

    CHECK_CHALLENGES = "
        SELECT change_id, state, issued_at, attempts, attempts_max
        FROM challenge WHERE tenant = $1 ORDER BY change_id, number";

    CHECK_GROUPS = "SELECT id FROM user_group WHERE tenant = $1";

    CHECK_MEMBERS = "
        SELECT group_id, member_id, subgroup_id IS NOT NULL AS is_group FROM group_member WHERE tenant = $1";

    CHECK_SESSIONS = "
        SELECT s.id, s.credential_version AS opened_on, u.credential_version AS stands, s.created_at, s.authenticated_at
        FROM session s JOIN users u ON u.tenant = s.tenant AND u.id = s.user_id WHERE s.tenant = $1";

    CHECK_AUDIT = "SELECT body FROM audit WHERE tenant = $1";
}

#[cfg(test)]
mod tests {
    use super::super::scratch::on_scratch;
    use super::*;

    #[tokio::test]
    async fn every_statement_prepares_on_a_migrated_database() {
        on_scratch(async |store| {
            let connection = store.connection().await.unwrap();

            for (name, sql) in ALL {
                if let Err(error) = connection.prepare(sql).await {
                    panic!("{name}: {error:?}");
                }
            }

            assert!(ALL.len() > 70, "{}", ALL.len());
        })
        .await;
    }
}
