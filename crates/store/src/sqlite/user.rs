//! A user: what he is read as, and what a commit does to him.

use countersign_domain::change::Budget;
use countersign_domain::claim::{Address, ClaimFamily, PerFamily};
use countersign_domain::snapshot::{Snapshot, User};
use countersign_domain::{TenantId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::row::{address, at, count, document, document_at, id, micros, stored_count, word, word_at};
use super::{SqliteStore, change, group, setting, statement};
use crate::{
    CommitError, IndexDiff, IndexedValue, NewUser, SignIn, SignInKey, StoreError, TakenClaim, UserStep,
    UserUpdate, UserView,
};

/// Columns of the statements that read a user, beside those of [`from_row`].
const BUDGET: usize = 6;
const NUMBER: usize = 7;
const HAS_PENDING: usize = 8;
const IS_MEMBER: usize = 9;

impl SqliteStore {
    pub(crate) fn snapshot_of(
        &self,
        tenant: &TenantId,
        user: UserId,
    ) -> Result<Option<Snapshot>, StoreError> {
        self.readers.row(|db| {
            let mut statement = db.prepare_cached(statement::USER)?;
            let mut rows = statement.query(params![tenant.as_str(), user.uuid().into_bytes()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let user = from_row(tenant, row)?;
            let has_pending: bool = row.get(HAS_PENDING)?;
            let pending =
                if has_pending { change::pending(db, tenant, user.id)? } else { PerFamily::default() };
            let overrides = setting::overrides(db, tenant)?;
            Ok(Some(Snapshot {
                now: self.now(),
                user,
                pending,
                budget: document_at(row, BUDGET)?,
                overrides,
            }))
        })
    }

    pub(crate) fn user_view(&self, tenant: &TenantId, user: UserId) -> Result<Option<UserView>, StoreError> {
        let found = self.readers.row(|db| {
            one_view(db, tenant, statement::USER, params![tenant.as_str(), user.uuid().into_bytes()])
        });
        Ok(found?.map(|(_, view)| view))
    }

    pub(crate) fn user_id_by_name(&self, tenant: &TenantId, key: &str) -> Result<Option<UserId>, StoreError> {
        self.readers.row(|db| one_id(db, statement::USER_ID_BY_NAME, params![tenant.as_str(), key]))
    }

    pub(crate) fn holder_of(
        &self,
        tenant: &TenantId,
        family: ClaimFamily,
        key: &str,
    ) -> Result<Option<UserId>, StoreError> {
        self.readers.row(|db| one_id(db, statement::HELD_BY, params![tenant.as_str(), family.as_str(), key]))
    }

    pub(crate) fn sign_in(&self, tenant: &TenantId, key: &SignInKey) -> Result<Option<SignIn>, StoreError> {
        let one = |sql: &str, with: &dyn rusqlite::ToSql| {
            self.readers.row(|db| {
                let mut statement = db.prepare_cached(sql)?;
                let found = statement.query_row(params![tenant.as_str(), with], |row| Ok(credential(row)));
                found.optional()?.transpose()
            })
        };
        match key {
            SignInKey::UserName(name) => one(statement::SIGN_IN_BY_NAME, name),
            SignInKey::Id(id) => one(statement::SIGN_IN_BY_ID, &id.uuid().into_bytes()),
        }
    }
}

fn credential(row: &Row<'_>) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        user: UserId::new(id(row, 0)?),
        user_name: row.get(1)?,
        password_hash: row.get(2)?,
        weak: row.get(3)?,
        credential_version: count(row.get(4)?),
        may_act: row.get(5)?,
        scopes: scopes(row, 6)?,
    })
}

/// Granted scopes, joined by spaces.
pub(super) fn scopes(row: &Row<'_>, column: usize) -> Result<Vec<String>, StoreError> {
    let joined: Option<&str> = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(joined.into_iter().flat_map(|scopes| scopes.split(' ')).map(str::to_owned).collect())
}

fn one_id(db: &Connection, sql: &str, with: impl rusqlite::Params) -> Result<Option<UserId>, StoreError> {
    let found = db.prepare_cached(sql)?.query_row(with, |row| Ok(id(row, 0))).optional()?;
    Ok(found.transpose()?.map(UserId::new))
}

/// The user a statement finds by what it is asked with, and his number.
pub(super) fn one_view(
    db: &Connection,
    tenant: &TenantId,
    sql: &str,
    with: impl rusqlite::Params,
) -> Result<Option<(i64, UserView)>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(with)?;
    let found = rows.next()?;
    found.map(|row| Ok((row.get(NUMBER)?, view(db, tenant, row)?))).transpose()
}

/// A user from the columns every statement that reads one names alike.
pub(super) fn from_row(tenant: &TenantId, row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        tenant: tenant.clone(),
        id: UserId::new(id(row, 0)?),
        revision: count(row.get(1)?),
        version: count(row.get(2)?),
        created: at(row, 3)?,
        last_modified: at(row, 4)?,
        profile: document_at(row, 5)?,
    })
}

/// The user with what waits for proof, and the groups he is in: read while his own row stands open, so at its moment.
fn view(db: &Connection, tenant: &TenantId, row: &Row<'_>) -> Result<UserView, StoreError> {
    let user = from_row(tenant, row)?;
    let (has_pending, is_member): (bool, bool) = (row.get(HAS_PENDING)?, row.get(IS_MEMBER)?);
    let pending = if has_pending { pending_values(db, &user)? } else { PerFamily::default() };
    let groups = if is_member { group::memberships(db, tenant, user.id)? } else { Vec::new() };
    Ok(UserView { user, pending, groups })
}

fn pending_values(db: &Connection, user: &User) -> Result<PerFamily<Option<Address>>, StoreError> {
    let mut pending: PerFamily<Option<Address>> = PerFamily::default();
    let mut statement = db.prepare_cached(statement::PENDING_VALUES)?;
    let mut rows = statement.query(params![user.tenant.as_str(), user.id.uuid().into_bytes()])?;
    while let Some(row) = rows.next()? {
        let family: ClaimFamily = word_at(row, 0)?;
        *pending.of_mut(family) = Some(address(family, &row.get::<_, String>(1)?)?);
    }
    Ok(pending)
}

/// What a commit does to a user.
pub(super) fn write(
    db: &Connection,
    tenant: &TenantId,
    step: &UserStep,
    now: Timestamp,
) -> Result<(), CommitError> {
    match step {
        UserStep::Untouched => Ok(()),
        UserStep::Insert(new) => insert(db, tenant, new, now),
        UserStep::Update(update) => self::update(db, tenant, update, now),
        UserStep::Delete { id, revision, index } => {
            let user = id.uuid().into_bytes();
            let Some(number) = number(db, tenant, *id)? else { return Err(CommitError::Conflict) };
            group::touch_groups_of_user(db, tenant, *id, now)?;
            let mut delete = db.prepare_cached(statement::USER_DELETE)?;
            if delete.execute(params![tenant.as_str(), user, stored_count(*revision)])? != 1 {
                return Err(CommitError::Conflict);
            }
            db.prepare_cached(statement::SCOPES_REMOVE)?.execute(params![tenant.as_str(), "user", user])?;
            db.prepare_cached(statement::OUTBOX_DROP_OF_USER)?.execute(params![tenant.as_str(), user])?;
            db.prepare_cached(statement::USER_TOTAL_MOVE)?.execute(params![tenant.as_str(), -1, 1])?;
            reindex(db, tenant, *id, Some(number), index)
        }
    }
}

fn insert(db: &Connection, tenant: &TenantId, new: &NewUser, now: Timestamp) -> Result<(), CommitError> {
    let password = new.password.as_ref();
    let inserted = db.prepare_cached(statement::USER_INSERT)?.execute(params![
        tenant.as_str(),
        new.id.uuid().into_bytes(),
        new.profile.user_name,
        new.profile.user_name_key(),
        micros(now),
        document(&new.profile)?,
        password.map(|password| password.hash.as_str()),
        password.is_some_and(|password| password.weak),
        new.profile.may_act(),
        document(&PerFamily::<Budget>::default())?,
    ])?;
    if inserted != 1 {
        return Err(CommitError::Taken(TakenClaim::UserName));
    }
    let number = db.last_insert_rowid();
    db.prepare_cached(statement::USER_TOTAL_MOVE)?.execute(params![tenant.as_str(), 1, 0])?;
    reindex(db, tenant, new.id, Some(number), &new.index)
}

fn update(
    db: &Connection,
    tenant: &TenantId,
    update: &UserUpdate,
    now: Timestamp,
) -> Result<(), CommitError> {
    let (user, revision) = (update.id.uuid().into_bytes(), stored_count(update.revision));
    let (version, credential) = (i64::from(update.version_moves), i64::from(update.credential_moves));
    let hash = update.password.as_ref().map(|password| password.hash.as_str());
    let weak = update.password.as_ref().map(|password| password.weak);
    let budget = document(&update.budget)?;
    let tenant_name = tenant.as_str();
    let now = micros(now);
    let written = if let Some(profile) = &update.profile {
        let (name, key, text) = (&profile.user_name, profile.user_name_key(), document(profile)?);
        db.prepare_cached(statement::USER_WRITE)?.execute(params![
            tenant_name,
            user,
            revision,
            version,
            now,
            hash,
            weak,
            credential,
            budget,
            name,
            key,
            text,
            profile.may_act()
        ])?
    } else {
        db.prepare_cached(statement::USER_TOUCH)?.execute(params![
            tenant_name,
            user,
            revision,
            version,
            now,
            hash,
            weak,
            credential,
            budget
        ])?
    };
    if written != 1 {
        return Err(refused(db, tenant_name, user, revision)?);
    }
    reindex(db, tenant, update.id, None, &update.index)
}

/// Why no row was written: the revision has moved, or else the new name is another user's.
fn refused(db: &Connection, tenant: &str, user: [u8; 16], revision: i64) -> Result<CommitError, CommitError> {
    let mut read = db.prepare_cached(statement::USER_REVISION)?;
    let stands: Option<i64> = read.query_row(params![tenant, user], |row| row.get(0)).optional()?;
    Ok(if stands == Some(revision) {
        CommitError::Taken(TakenClaim::UserName)
    } else {
        CommitError::Conflict
    })
}

/// A user's place in the order of creation, which `user_value` knows him by.
fn number(db: &Connection, tenant: &TenantId, user: UserId) -> Result<Option<i64>, CommitError> {
    let mut read = db.prepare_cached(statement::USER_PK)?;
    Ok(read.query_row(params![tenant.as_str(), user.uuid().into_bytes()], |row| row.get(0)).optional()?)
}

/// Writes what changed in the two indexes; `known` is the user's number, where it had to be read already.
fn reindex(
    db: &Connection,
    tenant: &TenantId,
    user: UserId,
    known: Option<i64>,
    index: &IndexDiff,
) -> Result<(), CommitError> {
    let id = user.uuid().into_bytes();
    let mut release = db.prepare_cached(statement::HELD_RELEASE)?;
    for value in &index.released {
        release.execute(params![tenant.as_str(), value.name, value.key, id])?;
    }
    if !index.forgotten.is_empty() || !index.found.is_empty() {
        let known = known.map_or_else(|| number(db, tenant, user), |number| Ok(Some(number)))?;
        let number = known.ok_or(CommitError::Conflict)?;
        for (sql, values) in
            [(statement::FOUND_REMOVE, &index.forgotten), (statement::FOUND_ADD, &index.found)]
        {
            let mut statement = db.prepare_cached(sql)?;
            for value in values {
                statement.execute(params![tenant.as_str(), value.name, value.key, number])?;
            }
        }
    }
    index.claimed.iter().try_for_each(|value| claim(db, tenant, user, value))
}

/// Claims a unique value: the index has the last word (I10).
fn claim(db: &Connection, tenant: &TenantId, user: UserId, value: &IndexedValue) -> Result<(), CommitError> {
    let (name, key) = (value.name, value.key.as_str());
    let id = user.uuid().into_bytes();
    let mut insert = db.prepare_cached(statement::HELD_CLAIM)?;
    if insert.execute(params![tenant.as_str(), name, key, id])? == 1 {
        return Ok(());
    }
    let holder = one_id(db, statement::HELD_BY, params![tenant.as_str(), name, key])?;
    if holder == Some(user) {
        return Ok(());
    }
    Err(CommitError::Taken(word(name).map_or(TakenClaim::Record, TakenClaim::Address)))
}
