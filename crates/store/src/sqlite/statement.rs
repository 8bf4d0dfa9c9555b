//! Every statement, written in the open. A test prepares all of them on a migrated database: our compile-time check.

/// Names each statement and lists them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $sql;)*
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// A user, in the columns `user::from_row` and `user::view` read: himself, his budget, his number, and whether anything
/// of his waits for proof or he is in a group, so that most people take one look.
macro_rules! user {
    () => {
        "SELECT u.id, u.revision, u.version, u.created_at, u.modified_at, u.profile, u.budget, u.pk,
                EXISTS (SELECT 1 FROM change c
                        WHERE c.tenant = u.tenant AND c.user_id = u.id AND c.state = 'pending'),
                EXISTS (SELECT 1 FROM group_member m WHERE m.tenant = u.tenant AND m.user_id = u.id)
         FROM users u WHERE u.tenant = ?1 "
    };
}

/// What a sign-in is checked against. Scopes hold no space (RFC 6749 section 3.3).
macro_rules! sign_in {
    () => {
        "SELECT u.id, u.user_name, u.password_hash, u.password_weak, u.credential_version, u.may_act,
                (SELECT group_concat(g.scope, ' ') FROM scope_grant g
                 WHERE g.tenant = u.tenant AND g.subject_kind = 'user' AND g.subject_id = u.id)
         FROM users u WHERE u.tenant = ?1 "
    };
}

/// A session that is alive at `?1` and was seen after `?2`, in the columns `session::from_row` reads: one look at it and
/// its user, so that nothing ends between the two (I13).
macro_rules! session {
    () => {
        "SELECT s.tenant, s.id, s.user_id, u.user_name, u.password_weak, s.credential_version,
                (SELECT group_concat(g.scope, ' ') FROM scope_grant g
                 WHERE g.tenant = u.tenant AND g.subject_kind = 'user' AND g.subject_id = u.id),
                s.created_at, s.authenticated_at, s.seen_at, s.expires_at, s.address, s.client
         FROM session s JOIN users u ON u.tenant = s.tenant AND u.id = s.user_id
         WHERE s.expires_at > ?1 AND s.seen_at > ?2 AND s.credential_version = u.credential_version AND u.may_act "
    };
}

/// A group, in the columns `group::from_row` reads.
macro_rules! group_columns {
    () => {
        "SELECT g.id, g.name, g.external_id, g.revision, g.version, g.created_at, g.modified_at FROM user_group g"
    };
}

/// A change with challenge `h`, in the columns `change::record` reads.
macro_rules! change_columns {
    () => {
        "SELECT c.id, c.user_id, u.user_name, c.family, c.purpose, c.value, c.entry, c.requester, c.requested_at,
                c.state, c.cancelled_by, c.ended_at, h.id, h.form, h.otp_digest, h.link_digest, h.issued_at,
                h.expires_at, h.attempts, h.attempts_max, h.state, c.cancel_digest,
                (SELECT n.id FROM challenge n WHERE n.tenant = c.tenant AND n.change_id = c.id
                 ORDER BY n.number DESC LIMIT 1)"
    };
}

/// The newest challenge of change `c`, and its user.
macro_rules! newest {
    () => {
        " JOIN users u ON u.tenant = c.tenant AND u.id = c.user_id
          JOIN challenge h ON h.tenant = c.tenant AND h.change_id = c.id
           AND h.number = (SELECT max(n.number) FROM challenge n WHERE n.tenant = c.tenant AND n.change_id = c.id)"
    };
}

/// Another message of the same user and channel that is being sent at `?3`; one whose secret is dead gives way.
macro_rules! in_flight {
    () => {
        " FROM outbox b LEFT JOIN challenge g ON g.tenant = b.tenant AND g.id = b.challenge_id
          WHERE b.tenant = o.tenant AND b.user_id = o.user_id AND b.channel = o.channel AND b.state = 'queued'
            AND b.seq <> o.seq AND b.leased_until > ?3
            AND (b.challenge_id IS NULL OR (g.state = 'live' AND g.expires_at > ?3))"
    };
}

/// A message as `message::record` reads it, of rows `o` that were picked.
macro_rules! message_columns {
    () => {
        "SELECT o.id, o.user_id, u.user_name, o.change_id, o.channel, o.kind, o.template, o.recipient, o.state, o.reason,
                o.attempts, o.created_at, o.due_at, o.leased_until, o.confidential, o.challenge_id,
                (SELECT n.id FROM challenge n WHERE n.tenant = o.tenant AND n.change_id = o.change_id
                 ORDER BY n.number DESC LIMIT 1), c.state"
    };
}

/// Whom message `o` concerns, and the change it belongs to.
macro_rules! message_about {
    () => {
        " LEFT JOIN users u ON u.tenant = o.tenant AND u.id = o.user_id
          LEFT JOIN change c ON c.tenant = o.tenant AND c.id = o.change_id"
    };
}

/// The text looked for, in message `o` or the name of `u`.
macro_rules! message_says {
    ($text:literal) => {
        concat!(
            " (",
            $text,
            " IS NULL OR instr(lower(o.recipient), ",
            $text,
            ") > 0
               OR instr(u.user_name_key, ",
            $text,
            ") > 0)"
        )
    };
}

statements! {
    BEGIN = "BEGIN IMMEDIATE";
    BEGIN_READING = "BEGIN";
    COMMIT = "COMMIT";
    ROLLBACK = "ROLLBACK";
    SAVEPOINT = "SAVEPOINT job";
    ROLLBACK_TO = "ROLLBACK TO job";
    RELEASE = "RELEASE job";

    CLOCK_MARK = "SELECT at FROM clock_mark WHERE one = 1";
    CLOCK_ADVANCE = "UPDATE clock_mark SET at = max(at, ?1) WHERE one = 1 RETURNING at";

    USER_INSERT = "INSERT INTO users (tenant, id, user_name, user_name_key, revision, version, created_at, modified_at,
                                      profile, password_hash, password_weak, may_act, budget)
                   VALUES (?1, ?2, ?3, ?4, 1, 1, ?5, ?5, ?6, ?7, ?8, ?9, ?10)
                   ON CONFLICT (tenant, user_name_key) DO NOTHING";
    /// Everything but the claims, so that no index is touched.
    USER_TOUCH = "UPDATE users SET revision = revision + 1, version = version + ?4,
                         modified_at = CASE ?4 WHEN 0 THEN modified_at ELSE ?5 END,
                         password_hash = coalesce(?6, password_hash), password_weak = coalesce(?7, password_weak),
                         credential_version = credential_version + ?8, budget = ?9
                  WHERE tenant = ?1 AND id = ?2 AND revision = ?3";
    /// The claims with it. A name that is taken matches nothing, as a stale revision does.
    USER_WRITE = "UPDATE OR IGNORE users SET revision = revision + 1, version = version + ?4,
                         modified_at = CASE ?4 WHEN 0 THEN modified_at ELSE ?5 END,
                         password_hash = coalesce(?6, password_hash), password_weak = coalesce(?7, password_weak),
                         credential_version = credential_version + ?8, budget = ?9,
                         user_name = ?10, user_name_key = ?11, profile = ?12, may_act = ?13
                  WHERE tenant = ?1 AND id = ?2 AND revision = ?3";
    USER_REVISION = "SELECT revision FROM users WHERE tenant = ?1 AND id = ?2";
    USER_DELETE = "DELETE FROM users WHERE tenant = ?1 AND id = ?2 AND revision = ?3";
    USER_PURGED = "UPDATE users SET revision = revision + 1, version = version + 1, modified_at = ?3
                   WHERE tenant = ?1 AND id = ?2";

    HELD_CLAIM = "INSERT INTO held_value (tenant, claim, value_key, user_id) VALUES (?1, ?2, ?3, ?4)
                  ON CONFLICT DO NOTHING";
    HELD_BY = "SELECT user_id FROM held_value WHERE tenant = ?1 AND claim = ?2 AND value_key = ?3";
    HELD_RELEASE = "DELETE FROM held_value WHERE tenant = ?1 AND claim = ?2 AND value_key = ?3 AND user_id = ?4";
    FOUND_ADD = "INSERT INTO user_value (tenant, attribute, value_key, user_pk) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING";
    FOUND_REMOVE = "DELETE FROM user_value
                    WHERE tenant = ?1 AND attribute = ?2 AND value_key = ?3 AND user_pk = ?4";
    FOUND_STATE = "SELECT generation, done_to FROM user_value_state WHERE one = 1";
    FOUND_STATE_WRITE = "INSERT INTO user_value_state (one, generation, done_to) VALUES (1, ?1, ?2)
                         ON CONFLICT (one) DO UPDATE SET generation = excluded.generation, done_to = excluded.done_to";
    FOUND_REMOVE_ALL = "DELETE FROM user_value";
    FOUND_NEXT = "SELECT pk, tenant, profile FROM users WHERE pk > ?1 ORDER BY pk LIMIT ?2";
    USER_TOTAL = "SELECT users, deleted FROM user_count WHERE tenant = ?1";
    USER_TOTAL_MOVE = "INSERT INTO user_count AS c (tenant, users, deleted) VALUES (?1, ?2, ?3)
                       ON CONFLICT (tenant) DO UPDATE SET users = c.users + excluded.users,
                                                          deleted = c.deleted + excluded.deleted";

    USER = concat!(user!(), "AND u.id = ?2");
    USER_BY_NAME = concat!(user!(), "AND u.user_name_key = ?2");
    USER_BY_PK = concat!(user!(), "AND u.pk = ?2");
    USER_PK = "SELECT pk FROM users WHERE tenant = ?1 AND id = ?2";
    USER_ID_BY_NAME = "SELECT id FROM users WHERE tenant = ?1 AND user_name_key = ?2";
    SIGN_IN_BY_NAME = concat!(sign_in!(), "AND u.user_name_key = ?2");
    SIGN_IN_BY_ID = concat!(sign_in!(), "AND u.id = ?2");
    PENDING_VALUES = "SELECT family, value FROM change WHERE tenant = ?1 AND user_id = ?2 AND state = 'pending'";

    GROUP = concat!(group_columns!(), " WHERE g.tenant = ?1 AND g.id = ?2");
    GROUP_BY_PK = concat!(group_columns!(), " WHERE g.tenant = ?1 AND g.pk = ?2");
    GROUP_REVISION = "SELECT revision FROM user_group WHERE tenant = ?1 AND id = ?2";
    GROUP_PK = "SELECT pk FROM user_group WHERE tenant = ?1 AND id = ?2";
    GROUP_PKS_BY_NAME = "SELECT pk FROM user_group WHERE tenant = ?1 AND name_key = ?2";
    GROUP_PKS_BY_EXTERNAL = "SELECT pk FROM user_group WHERE tenant = ?1 AND external_id = ?2";
    GROUP_PKS_BY_USER = "SELECT g.pk FROM group_member m JOIN user_group g ON g.tenant = m.tenant AND g.id = m.group_id
                         WHERE m.tenant = ?1 AND m.user_id = ?2";
    GROUP_PKS_BY_SUBGROUP = "SELECT g.pk FROM group_member m
                             JOIN user_group g ON g.tenant = m.tenant AND g.id = m.group_id
                             WHERE m.tenant = ?1 AND m.subgroup_id = ?2";
    GROUP_COUNT = "SELECT count(*) FROM user_group WHERE tenant = ?1";
    GROUP_PAGE = "SELECT pk FROM user_group WHERE tenant = ?1 ORDER BY pk LIMIT ?2 OFFSET ?3";
    GROUP_PAGE_BY_NAME = "SELECT pk FROM user_group WHERE tenant = ?1 ORDER BY name_key, pk LIMIT ?2 OFFSET ?3";
    GROUP_PAGE_BY_NAME_DESCENDING = "SELECT pk FROM user_group WHERE tenant = ?1
                                     ORDER BY name_key DESC, pk DESC LIMIT ?2 OFFSET ?3";
    GROUP_PAGE_AFTER = "SELECT pk FROM user_group WHERE tenant = ?1 AND pk > ?3 ORDER BY pk LIMIT ?2";
    GROUP_PAGE_BEFORE = "SELECT pk FROM user_group WHERE tenant = ?1 AND pk < ?3 ORDER BY pk DESC LIMIT ?2";
    GROUP_PAGE_AFTER_NAME = "SELECT pk FROM user_group WHERE tenant = ?1 AND (name_key, pk) > (?4, ?3)
                             ORDER BY name_key, pk LIMIT ?2";
    GROUP_PAGE_BEFORE_NAME = "SELECT pk FROM user_group WHERE tenant = ?1 AND (name_key, pk) < (?4, ?3)
                              ORDER BY name_key DESC, pk DESC LIMIT ?2";
    GROUP_OTHER_OF_NAME = "SELECT 1 FROM user_group WHERE tenant = ?1 AND name_key = ?2 AND id <> ?3 LIMIT 1";
    GROUP_INSERT = "INSERT INTO user_group (tenant, id, name, name_key, name_claim, external_id, revision, version,
                                            created_at, modified_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 1, ?7, ?7)";
    /// Moves nothing where nothing changed: neither a member (?4) nor a word.
    GROUP_WRITE = "UPDATE user_group SET revision = revision + 1, version = version + 1, modified_at = ?3,
                          name = coalesce(?5, name), name_key = coalesce(?6, name_key),
                          name_claim = CASE WHEN ?5 IS NULL THEN name_claim ELSE ?7 END,
                          external_id = CASE ?8 WHEN 0 THEN external_id ELSE ?9 END
                   WHERE tenant = ?1 AND id = ?2
                     AND (?4 OR name <> coalesce(?5, name) OR (?8 AND external_id IS NOT ?9))";
    GROUP_DELETE = "DELETE FROM user_group WHERE tenant = ?1 AND id = ?2";
    GROUPS_OF_USER_TOUCH = "UPDATE user_group SET revision = revision + 1, version = version + 1, modified_at = ?3
                            WHERE tenant = ?1 AND id IN (SELECT m.group_id FROM group_member m
                                                         WHERE m.tenant = ?1 AND m.user_id = ?2)";
    GROUPS_OF_GROUP_TOUCH = "UPDATE user_group SET revision = revision + 1, version = version + 1, modified_at = ?3
                             WHERE tenant = ?1 AND id IN (SELECT m.group_id FROM group_member m
                                                          WHERE m.tenant = ?1 AND m.subgroup_id = ?2)";
    GROUPS_OF_USER = "SELECT g.id, g.name FROM group_member m
                      JOIN user_group g ON g.tenant = m.tenant AND g.id = m.group_id
                      WHERE m.tenant = ?1 AND m.user_id = ?2";
    GROUPS_OF_GROUP = "SELECT g.id, g.name FROM group_member m
                       JOIN user_group g ON g.tenant = m.tenant AND g.id = m.group_id
                       WHERE m.tenant = ?1 AND m.subgroup_id = ?2";
    /// Whether it is a group; nothing for nobody.
    MEMBER_KIND = "SELECT 0 FROM users WHERE tenant = ?1 AND id = ?2
                   UNION ALL SELECT 1 FROM user_group WHERE tenant = ?1 AND id = ?2";
    MEMBER_ADD = "INSERT INTO group_member (tenant, group_id, member_id, user_id, subgroup_id)
                  VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    MEMBER_REMOVE = "DELETE FROM group_member WHERE tenant = ?1 AND group_id = ?2 AND member_id = ?3";
    MEMBERS = "SELECT member_id, subgroup_id IS NOT NULL FROM group_member
               WHERE tenant = ?1 AND group_id = ?2 ORDER BY member_id LIMIT ?3";
    MEMBERS_NAMED = "SELECT m.member_id, m.subgroup_id IS NOT NULL, coalesce(u.user_name, g.name) FROM group_member m
                     LEFT JOIN users u ON u.tenant = m.tenant AND u.id = m.user_id
                     LEFT JOIN user_group g ON g.tenant = m.tenant AND g.id = m.subgroup_id
                     WHERE m.tenant = ?1 AND m.group_id = ?2 ORDER BY m.member_id LIMIT ?3";
    MEMBERS_PAGE = "SELECT m.member_id, m.subgroup_id IS NOT NULL, coalesce(u.user_name, g.name) FROM group_member m
                    LEFT JOIN users u ON u.tenant = m.tenant AND u.id = m.user_id
                    LEFT JOIN user_group g ON g.tenant = m.tenant AND g.id = m.subgroup_id
                    WHERE m.tenant = ?1 AND m.group_id = ?2 AND m.member_id > ?3 ORDER BY m.member_id LIMIT ?4";

    CHANGE_BEGIN = "INSERT INTO change (tenant, id, user_id, family, purpose, value, entry, requester, requested_at,
                                        cancel_selector, cancel_digest)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
    CHALLENGE_ISSUE = "INSERT INTO challenge (tenant, id, change_id, number, user_id, form, otp_digest, lookup_digest,
                                              link_selector, link_digest, issued_at, expires_at, attempts_max)
                       SELECT c.tenant, ?3, c.id,
                              (SELECT coalesce(max(n.number), 0) + 1 FROM challenge n
                               WHERE n.tenant = c.tenant AND n.change_id = c.id),
                              c.user_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
                       FROM change c WHERE c.tenant = ?1 AND c.id = ?2 AND c.state = 'pending'
                       ON CONFLICT DO NOTHING";
    CHALLENGE_NEWEST = "SELECT id FROM challenge WHERE tenant = ?1 AND change_id = ?2 ORDER BY number DESC LIMIT 1";
    CHALLENGE_ATTEMPT = "UPDATE challenge SET attempts = attempts + 1,
                                state = CASE ?4 WHEN 0 THEN 'live' ELSE 'exhausted' END,
                                lookup_digest = CASE ?4 WHEN 0 THEN lookup_digest END
                         WHERE tenant = ?1 AND id = ?2 AND state = 'live' AND attempts = ?3
                           AND attempts < attempts_max";
    CHALLENGE_CONSUME = "UPDATE challenge SET state = 'consumed', lookup_digest = NULL
                         WHERE tenant = ?1 AND id = ?2 AND change_id = ?3 AND state = 'live' AND expires_at > ?4
                           AND attempts < attempts_max";
    CHALLENGE_REPLACE = "UPDATE challenge SET state = 'replaced', lookup_digest = NULL
                         WHERE tenant = ?1 AND change_id = ?2 AND state = 'live'";
    CHANGE_END = "UPDATE change SET state = ?3, cancelled_by = ?4, ended_at = ?5
                  WHERE tenant = ?1 AND id = ?2 AND state = 'pending'";
    EVENT = "INSERT INTO change_event (tenant, change_id, seq, at, event, detail)
             SELECT c.tenant, c.id,
                    (SELECT coalesce(max(e.seq), 0) + 1 FROM change_event e
                     WHERE e.tenant = c.tenant AND e.change_id = c.id), ?3, ?4, ?5
             FROM change c WHERE c.tenant = ?1 AND c.id = ?2";

    CHANGE = concat!(change_columns!(), " FROM change c", newest!(), " WHERE c.tenant = ?1 AND c.id = ?2");
    CHANGES_PENDING = concat!(change_columns!(), " FROM change c", newest!(),
                              " WHERE c.tenant = ?1 AND c.user_id = ?2 AND c.state = 'pending'");
    CHANGES_OF_USER = concat!(change_columns!(), " FROM change c", newest!(),
                              " WHERE c.tenant = ?1 AND c.user_id = ?2 AND c.id < ?3
                                  AND (?4 IS NULL OR c.state = ?4) ORDER BY c.id DESC LIMIT ?5");
    CHANGES_OF_ALL = concat!(change_columns!(), " FROM change c", newest!(),
                             " WHERE c.tenant = ?1 AND c.id < ?2
                                 AND (?3 IS NULL OR c.state = ?3) ORDER BY c.id DESC LIMIT ?4");
    CONFIRM_LINK = concat!(change_columns!(), " FROM challenge h
                               JOIN change c ON c.tenant = h.tenant AND c.id = h.change_id
                               JOIN users u ON u.tenant = c.tenant AND u.id = c.user_id
                           WHERE h.tenant = ?1 AND h.link_selector = ?2");
    CANCEL_LINK = concat!(change_columns!(), " FROM change c", newest!(),
                          " WHERE c.tenant = ?1 AND c.cancel_selector = ?2");
    EVENTS = "SELECT at, event, detail FROM change_event WHERE tenant = ?1 AND change_id = ?2 ORDER BY seq";
    CODE_HOLDERS = "SELECT c.user_id, c.family FROM challenge h
                    JOIN change c ON c.tenant = h.tenant AND c.id = h.change_id
                    WHERE h.tenant = ?1 AND h.lookup_digest = ?2 AND h.state = 'live' AND h.expires_at > ?3
                    LIMIT 2";

    OUTBOX_INSERT = "INSERT INTO outbox (tenant, id, user_id, change_id, challenge_id, channel, kind, template, locale,
                                         recipient, \"values\", sealed, created_at, due_at, confidential)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13,
                             ?12 IS NOT NULL AND ?7 = 'notice')";
    OUTBOX_DROP_OF_USER = "UPDATE outbox SET state = 'dropped', reason = 'the user was deleted', sealed = NULL,
                                  leased_until = NULL
                           WHERE tenant = ?1 AND user_id = ?2 AND state = 'queued'";
    OUTBOX_DUE = concat!(
        "SELECT o.seq, o.id, o.tenant, o.user_id, o.change_id, o.kind, o.template, o.locale, o.recipient, o.\"values\",
                o.sealed, o.attempts, coalesce(o.requeued_at, o.created_at), o.challenge_id, h.state, h.expires_at
         FROM outbox o LEFT JOIN challenge h ON h.tenant = o.tenant AND h.id = o.challenge_id
         WHERE o.state = 'queued' AND o.channel = ?1 AND o.kind = ?2 AND o.due_at <= ?3
           AND (o.leased_until IS NULL OR o.leased_until <= ?3)
           AND NOT EXISTS (SELECT 1", in_flight!(), ")
         ORDER BY o.due_at, o.seq");
    OUTBOX_LEASE = "UPDATE outbox SET leased_until = ?2, lease = lease + 1 WHERE seq = ?1 RETURNING lease";
    OUTBOX_SETTLE = "UPDATE outbox SET state = ?4, reason = ?5, attempts = attempts + ?6,
                            due_at = coalesce(?7, due_at), leased_until = NULL,
                            sealed = CASE ?4 WHEN 'queued' THEN sealed END
                     WHERE tenant = ?1 AND id = ?2 AND lease = ?3 AND state = 'queued' AND leased_until IS NOT NULL
                     RETURNING change_id";
    OUTBOX_NEXT = concat!(
        "SELECT o.due_at, max(o.due_at, coalesce(o.leased_until, 0), coalesce((SELECT max(b.leased_until)",
        in_flight!(), "), 0))
         FROM outbox o WHERE o.state = 'queued' AND o.channel = ?1 AND o.kind = ?2 ORDER BY o.due_at");
    OUTBOX_DEPTH = "SELECT state, count(*) FROM outbox GROUP BY state";
    OUTBOX_LOAD = "SELECT state, channel, count(*) FROM outbox GROUP BY state, channel";
    OUTBOX_DUE_SINCE = "SELECT min(due_at) FROM outbox
                        WHERE state = 'queued' AND channel = ?1 AND kind = ?2 AND due_at <= ?3";
    OUTBOX_REQUEUE = "UPDATE outbox SET state = 'queued', reason = ?3, attempts = 0, due_at = ?4, requeued_at = ?4
                      WHERE tenant = ?1 AND id = ?2 AND state IN ('dead', 'dropped') AND kind = 'notice'
                        AND NOT confidential AND recipient <> ''";
    OUTBOX_DROP = "UPDATE outbox SET state = 'dropped', reason = ?3, sealed = NULL, leased_until = NULL
                   WHERE tenant = ?1 AND id = ?2 AND state = 'queued'
                     AND (leased_until IS NULL OR leased_until <= ?4)";
    ATTEMPT = "INSERT INTO message_attempt (tenant, message_id, number, at, outcome, detail)
               VALUES (?1, ?2, (SELECT coalesce(max(a.number), 0) + 1 FROM message_attempt a
                                WHERE a.tenant = ?1 AND a.message_id = ?2), ?3, ?4, ?5)";
    ATTEMPT_LAST = "SELECT outcome, detail FROM message_attempt WHERE tenant = ?1 AND message_id = ?2
                    ORDER BY number DESC LIMIT 1";
    ATTEMPTS = "SELECT number, at, outcome, detail FROM message_attempt WHERE tenant = ?1 AND message_id = ?2
                ORDER BY number DESC LIMIT ?3";
    MESSAGE = concat!(message_columns!(), " FROM outbox o", message_about!(), " WHERE o.tenant = ?1 AND o.id = ?2");
    /// Of so many of the newest those that match: the inner walk is what a page may cost.
    MESSAGES = concat!(message_columns!(), " FROM (SELECT * FROM outbox w WHERE w.tenant = ?1 AND w.id < ?2
                                                   ORDER BY w.id DESC LIMIT ?3) o", message_about!(),
                       " WHERE", message_says!("?4"), " ORDER BY o.id DESC LIMIT ?5");
    MESSAGES_LISTED = concat!(message_columns!(), " FROM (SELECT * FROM outbox w
                                WHERE w.tenant = ?1 AND w.id < ?2 AND w.state = ?6 AND w.channel = ?7
                                ORDER BY w.id DESC LIMIT ?3) o", message_about!(),
                              " WHERE", message_says!("?4"), " ORDER BY o.id DESC LIMIT ?5");
    MESSAGES_OF_USER = concat!(message_columns!(), " FROM (SELECT * FROM outbox w
                                 WHERE w.tenant = ?1 AND w.id < ?2 AND w.user_id = ?6
                                   AND (?7 IS NULL OR w.state = ?7) AND (?8 IS NULL OR w.channel = ?8)
                                 ORDER BY w.id DESC LIMIT ?3) o", message_about!(),
                               " WHERE", message_says!("?4"), " ORDER BY o.id DESC LIMIT ?5");
    /// Where a walk that looked at as many as it may ended.
    MESSAGES_END = "SELECT w.id FROM outbox w WHERE w.tenant = ?1 AND w.id < ?2 ORDER BY w.id DESC LIMIT 1 OFFSET ?3";
    MESSAGES_LISTED_END = "SELECT w.id FROM outbox w
                           WHERE w.tenant = ?1 AND w.id < ?2 AND w.state = ?4 AND w.channel = ?5
                           ORDER BY w.id DESC LIMIT 1 OFFSET ?3";
    MESSAGES_OF_USER_END = "SELECT w.id FROM outbox w
                            WHERE w.tenant = ?1 AND w.id < ?2 AND w.user_id = ?4
                              AND (?5 IS NULL OR w.state = ?5) AND (?6 IS NULL OR w.channel = ?6)
                            ORDER BY w.id DESC LIMIT 1 OFFSET ?3";
    VERSION = "SELECT sqlite_version()";
    OUTBOX_VOID_LEASES = "UPDATE outbox SET leased_until = NULL WHERE state = 'queued' AND leased_until IS NOT NULL";

    SPEND_TAKE = "INSERT INTO spend AS s (tenant, budget, taken, window_ends_at) VALUES (?1, ?2, ?3, ?5)
                  ON CONFLICT (tenant, budget) DO UPDATE SET
                      taken = CASE WHEN s.window_ends_at <= ?4 THEN 0 ELSE s.taken END + excluded.taken,
                      window_ends_at = CASE WHEN s.window_ends_at <= ?4 THEN excluded.window_ends_at
                                            ELSE s.window_ends_at END
                  WHERE s.window_ends_at <= ?4 OR s.taken < ?6";
    SPEND_EXHAUSTED = "SELECT 1 FROM spend WHERE tenant = ?1 AND budget = ?2 AND window_ends_at > ?3 AND taken >= ?4";
    SPEND_GIVE_BACK = "UPDATE spend SET taken = taken - 1 WHERE tenant = ?1 AND budget = ?2 AND taken > 0";
    SPENT = "SELECT taken, window_ends_at FROM spend WHERE tenant = ?1 AND budget = ?2 AND window_ends_at > ?3";
    AUDIT = "INSERT INTO audit (tenant, id, at, body, user_id, group_id, change_id, event)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    AUDIT_OF_ALL = "SELECT body FROM audit WHERE tenant = ?1 AND id >= ?2 AND id < ?3 ORDER BY id DESC";
    AUDIT_OF_USER = "SELECT body FROM audit
                     WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND user_id = ?4 ORDER BY id DESC";
    AUDIT_OF_GROUP = "SELECT body FROM audit
                      WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND group_id = ?4 ORDER BY id DESC";
    AUDIT_OF_CHANGE = "SELECT body FROM audit
                       WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND change_id = ?4 ORDER BY id DESC";
    AUDIT_OF_EVENT = "SELECT body FROM audit
                      WHERE tenant = ?1 AND id >= ?2 AND id < ?3 AND event = ?4 ORDER BY id DESC";
    NOTICES_OF_USER = "SELECT id, created_at, template, change_id, channel, recipient, state FROM outbox
                       WHERE tenant = ?1 AND user_id = ?2 AND id < ?3 AND kind = 'notice' ORDER BY id DESC LIMIT ?4";
    USERS_UNVERIFIED = "SELECT v.user_pk, u.id FROM user_value v JOIN users u ON u.pk = v.user_pk
                        WHERE v.tenant = ?1 AND v.attribute = ?2 AND v.value_key = ?3 AND v.user_pk > ?4
                        ORDER BY v.user_pk LIMIT ?5";
    USERS_PENDING = "SELECT DISTINCT user_id FROM change
                     WHERE tenant = ?1 AND state = 'pending' AND user_id > ?2 ORDER BY user_id LIMIT ?3";

    SETTINGS = "SELECT name, value FROM setting WHERE tenant = ?1";
    SETTING_WRITE = "INSERT INTO setting (tenant, name, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value";
    SETTING_REMOVE = "DELETE FROM setting WHERE tenant = ?1 AND name = ?2";
    SCOPES = "SELECT scope FROM scope_grant WHERE tenant = ?1 AND subject_kind = ?2 AND subject_id = ?3 ORDER BY scope";
    SCOPE_GRANT = "INSERT INTO scope_grant (tenant, subject_kind, subject_id, scope) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO NOTHING";
    SCOPE_TAKE = "DELETE FROM scope_grant
                  WHERE tenant = ?1 AND subject_kind = ?2 AND subject_id = ?3 AND scope = ?4";
    SCOPES_REMOVE = "DELETE FROM scope_grant WHERE tenant = ?1 AND subject_kind = ?2 AND subject_id = ?3";
    CLIENT_ADD = "INSERT INTO client (tenant, id, name, secret_hash, grants) VALUES (?1, ?2, ?3, ?4, ?5)
                  ON CONFLICT DO NOTHING";
    CLIENT_CHANGE = "UPDATE client SET name = coalesce(?3, name), secret_hash = coalesce(?4, secret_hash)
                     WHERE tenant = ?1 AND id = ?2";
    TOKENS_REMOVE = "DELETE FROM token WHERE tenant = ?1 AND client_id = ?2";
    CLIENT_REMOVE = "DELETE FROM client WHERE tenant = ?1 AND id = ?2";
    CLIENT = "SELECT id, name, secret_hash, grants FROM client WHERE tenant = ?1 AND id = ?2";
    CLIENTS = "SELECT id, name, secret_hash, grants FROM client WHERE tenant = ?1 ORDER BY id";
    TOKEN_ADD = "INSERT INTO token (hash, tenant, client_id, scopes, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    TOKEN = "SELECT t.tenant, t.client_id, c.name, t.scopes FROM token t
             JOIN client c ON c.tenant = t.tenant AND c.id = t.client_id
             WHERE t.hash = ?1 AND t.expires_at > ?2";
    SESSION = concat!(session!(), "AND s.hash = ?3");
    SESSIONS_OF_USER = concat!(session!(), "AND s.tenant = ?3 AND s.user_id = ?4 ORDER BY s.id DESC LIMIT ?5");
    SESSION_OPEN = "INSERT INTO session (hash, tenant, id, user_id, credential_version, created_at, authenticated_at,
                                         seen_at, expires_at, address, client)
                    SELECT ?1, u.tenant, ?3, u.id, u.credential_version, ?6, ?7, ?7, ?8, ?9, ?10 FROM users u
                    WHERE u.tenant = ?2 AND u.id = ?4 AND u.credential_version = ?5 AND u.may_act";
    /// All but the newest `?3`.
    SESSIONS_TRIM = "DELETE FROM session WHERE tenant = ?1 AND user_id = ?2
                       AND id <= (SELECT o.id FROM session o WHERE o.tenant = ?1 AND o.user_id = ?2
                                  ORDER BY o.id DESC LIMIT 1 OFFSET ?3)";
    SESSION_TOUCH = "UPDATE session SET seen_at = ?3 WHERE hash = ?1 AND tenant = ?2 AND seen_at < ?3";
    SESSION_END = "DELETE FROM session WHERE hash = ?1 AND tenant = ?2";
    SESSION_END_ONE = "DELETE FROM session WHERE tenant = ?1 AND user_id = ?2 AND id = ?3";
    SESSIONS_END_OF_USER = "DELETE FROM session WHERE tenant = ?1 AND user_id = ?2 AND (?3 IS NULL OR id <> ?3)";
    KEY_CLAIM = "INSERT INTO key_fingerprint (kind, fingerprint) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    KEY = "SELECT fingerprint FROM key_fingerprint WHERE kind = ?1";

    PURGE_CHANGES = "SELECT c.id, c.user_id, c.family, c.value, c.state FROM change c
                     WHERE c.tenant = ?1 AND c.id < ?2
                       AND NOT EXISTS (SELECT 1 FROM challenge h WHERE h.tenant = c.tenant AND h.change_id = c.id
                                       AND h.expires_at >= ?3)
                     ORDER BY c.id LIMIT ?4";
    PURGE_CHANGE = "DELETE FROM change WHERE tenant = ?1 AND id = ?2";
    /// A notice that did not arrive can be sent again as long as it is kept (REL-10), unless its user is gone.
    PURGE_VALUES = "UPDATE outbox SET \"values\" = '{}', recipient = ''
                    WHERE tenant = ?1 AND state <> 'queued' AND recipient <> ''
                      AND (state = 'delivered' OR kind = 'secret' OR confidential
                           OR NOT EXISTS (SELECT 1 FROM users u WHERE u.tenant = outbox.tenant AND u.id = outbox.user_id))";
    PURGE_MESSAGES = "DELETE FROM outbox WHERE tenant = ?1 AND state <> 'queued' AND created_at < ?2";
    PURGE_TOKENS = "DELETE FROM token WHERE tenant = ?1 AND expires_at <= ?2";
    PURGE_SESSIONS = "DELETE FROM session WHERE tenant = ?1 AND expires_at <= ?2";
    PURGE_SPENDS = "DELETE FROM spend WHERE tenant = ?1 AND window_ends_at <= ?2";

    CHECK_USERS = "SELECT id, profile FROM users WHERE tenant = ?1";
    CHECK_HELD = "SELECT claim, value_key, user_id FROM held_value WHERE tenant = ?1";
    CHECK_CHANGES = "SELECT id, user_id, family, value, state FROM change WHERE tenant = ?1";
    CHECK_CHALLENGES = "SELECT change_id, state, issued_at, attempts, attempts_max FROM challenge
                        WHERE tenant = ?1 ORDER BY change_id, number";
    CHECK_GROUPS = "SELECT id FROM user_group WHERE tenant = ?1";
    CHECK_MEMBERS = "SELECT group_id, member_id, subgroup_id IS NOT NULL FROM group_member WHERE tenant = ?1";
    CHECK_SESSIONS = "SELECT s.id, s.credential_version, u.credential_version, s.created_at, s.authenticated_at
                      FROM session s JOIN users u ON u.tenant = s.tenant AND u.id = s.user_id WHERE s.tenant = ?1";
    CHECK_AUDIT = "SELECT body FROM audit WHERE tenant = ?1";
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn every_statement_prepares_on_a_migrated_database() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();

        for (name, sql) in ALL {
            if let Err(error) = db.prepare(sql) {
                panic!("{name}: {error}");
            }
        }
        assert!(ALL.len() > 80, "{}", ALL.len());
    }

    /// What answers a request walks no table, no house, and sorts nothing.
    #[test]
    fn no_statement_of_a_request_walks_or_sorts_what_grows() {
        // Those that are about everything, and those of tables that stay small.
        const WHOLE: &[&str] = &[
            "FOUND_REMOVE_ALL",
            "USER_TOTAL",
            "GROUP_COUNT",
            "GROUP_PAGE",
            "GROUP_PAGE_BY_NAME",
            "GROUP_PAGE_BY_NAME_DESCENDING",
            "CHECK_GROUPS",
            "CHECK_MEMBERS",
            "SETTINGS",
            "CLIENTS",
            "OUTBOX_DEPTH",
            "OUTBOX_LOAD",
            "MESSAGES",
            "MESSAGES_LISTED",
            "MESSAGES_OF_USER",
            "MESSAGES_END",
            "OUTBOX_VOID_LEASES",
            "PURGE_CHANGES",
            "PURGE_VALUES",
            "PURGE_MESSAGES",
            "PURGE_TOKENS",
            "PURGE_SESSIONS",
            "PURGE_SPENDS",
            "CHECK_USERS",
            "CHECK_HELD",
            "CHECK_CHANGES",
            "CHECK_CHALLENGES",
            "CHECK_SESSIONS",
            "CHECK_AUDIT",
            "CHANGES_OF_ALL",
        ];
        let mut db = Connection::open_in_memory().unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();

        for (name, sql) in ALL.iter().filter(|(name, _)| !WHOLE.contains(name)) {
            for step in plan(&db, sql) {
                let walks = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW"
                    || step.ends_with("(tenant=?)")
                    || step.contains("(tenant=? AND id<?)");
                assert!(!walks && !step.starts_with("USE TEMP B-TREE"), "{name}: {step}");
            }
        }
        for sql in [GROUP_PAGE, GROUP_PAGE_BY_NAME, GROUP_PAGE_BY_NAME_DESCENDING] {
            assert!(plan(&db, sql).iter().all(|step| !step.starts_with("USE TEMP B-TREE")), "{sql}");
        }
        for sql in [PURGE_CHANGES, CHANGES_OF_ALL, MESSAGES, MESSAGES_END] {
            assert!(plan(&db, sql).iter().all(|step| !step.ends_with("(tenant=?)")), "{:?}", plan(&db, sql));
        }
    }

    /// REL-10: a page of a large outbox is one narrow walk down an index, and what belongs to its messages is looked up.
    #[test]
    fn a_page_of_messages_is_one_narrow_walk() {
        let mut db = Connection::open_in_memory().unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();
        let walks = [
            (MESSAGES, "sqlite_autoindex_outbox_1 (tenant=? AND id<?)"),
            (MESSAGES_LISTED, "outbox_listed (tenant=? AND state=? AND channel=? AND id<?)"),
            (MESSAGES_OF_USER, "outbox_listed_of_user (tenant=? AND user_id=? AND id<?)"),
        ];

        for (sql, walk) in walks {
            let steps = plan(&db, sql);
            let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
            assert!(steps.contains(&format!("SEARCH w USING INDEX {walk}")), "{steps:?}");
            assert_eq!(scans, ["SCAN o"], "only what the walk has picked: {steps:?}");
            assert!(steps.iter().all(|step| !step.starts_with("USE TEMP B-TREE")), "{steps:?}");
        }
    }

    /// Left alone, SQLite makes plans that hang on the values of parameters, and makes them anew with every execution:
    /// at ten times the cost of the read.
    #[test]
    fn no_statement_is_prepared_again_when_its_parameters_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = super::super::connect::writer(&folder.path().join("test.db")).unwrap();
        super::super::migration::bring_forward(&mut db).unwrap();

        for (name, sql) in ALL {
            for value in ["one", "another", "a third"] {
                let mut statement = db.prepare_cached(sql).unwrap();
                let values = vec![value; statement.parameter_count()];
                let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
                while let Ok(Some(_)) = rows.next() {}
            }
            let again = db.prepare_cached(sql).unwrap().get_status(rusqlite::StatementStatus::RePrepare);
            assert_eq!(again, 0, "{name}");
        }
    }

    fn plan(db: &Connection, sql: &str) -> Vec<String> {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; plan.parameter_count()];
        let steps = plan.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap();
        steps.map(Result::unwrap).collect()
    }
}
