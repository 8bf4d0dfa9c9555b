//! Users: what a decision reads of them, and how a commit writes them.

use std::collections::BTreeMap;

use countersign_domain::change::{Budget, Pending};
use countersign_domain::claim::{ClaimFamily, PerFamily};
use countersign_domain::profile::Profile;
use countersign_domain::snapshot::{Snapshot, User};
use countersign_domain::{ChangeId, TenantId, Timestamp, UserId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::PostgresStore;
use super::flight::{Step, told};
use super::row::{
    address, as_document, cell, challenge, count, document, micros, stored_count, text, time, word,
};
use super::statement;
use crate::{
    Commit, IndexDiff, IndexedValue, NewUser, SignIn, SignInKey, StoreError, UserStep, UserUpdate, UserView,
};

/// Rows the count of a house's users is spread over.
const SHARDS: u8 = 16;

impl PostgresStore {
    pub(crate) async fn snapshot_of(
        &self,
        tenant: &TenantId,
        user: UserId,
    ) -> Result<Option<Snapshot>, StoreError> {
        let rows = self.rows(statement::SNAPSHOT, &[&tenant.as_str(), &user.uuid()]).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut pending: PerFamily<Option<Pending>> = PerFamily::default();
        for row in &rows {
            if let Some(change) = read_pending(row, user)? {
                let family = change.family();
                *pending.of_mut(family) = Some(change);
            }
        }
        Ok(Some(Snapshot {
            now: self.clock.hold(time(first, "now")?),
            user: read_user(first, tenant)?,
            pending,
            budget: document(first, "budget")?,
            overrides: document(first, "overrides")?,
        }))
    }

    pub(crate) async fn user_view(
        &self,
        tenant: &TenantId,
        user: UserId,
    ) -> Result<Option<UserView>, StoreError> {
        let row = self.row(statement::USER, &[&tenant.as_str(), &user.uuid()]).await?;
        row.map(|row| read_view(&row, tenant)).transpose()
    }

    pub(crate) async fn user_id_by_name(
        &self,
        tenant: &TenantId,
        key: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let row = self.row(statement::USER_ID_BY_NAME, &[&tenant.as_str(), &text(key)]).await?;
        row.map(|row| Ok(UserId::new(cell(&row, "id")?))).transpose()
    }

    pub(crate) async fn holder_of(
        &self,
        tenant: &TenantId,
        family: ClaimFamily,
        key: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let row = self.row(statement::HELD_BY, &[&tenant.as_str(), &family.as_str(), &text(key)]).await?;
        row.map(|row| Ok(UserId::new(cell(&row, "user_id")?))).transpose()
    }

    pub(crate) async fn sign_in(
        &self,
        tenant: &TenantId,
        key: &SignInKey,
    ) -> Result<Option<SignIn>, StoreError> {
        let tenant = tenant.as_str();
        let row = match key {
            SignInKey::UserName(name) => {
                self.row(statement::SIGN_IN_BY_NAME, &[&tenant, &text(name)]).await?
            }
            SignInKey::Id(id) => self.row(statement::SIGN_IN_BY_ID, &[&tenant, &id.uuid()]).await?,
        };
        let Some(row) = row else { return Ok(None) };
        Ok(Some(SignIn {
            user: UserId::new(cell(&row, "id")?),
            user_name: cell(&row, "user_name")?,
            password_hash: cell(&row, "password_hash")?,
            weak: cell(&row, "password_weak")?,
            credential_version: count(&row, "credential_version")?,
            may_act: cell(&row, "may_act")?,
            scopes: cell(&row, "scopes")?,
        }))
    }
}

/// What a commit does to its user.
pub(super) fn steps(commit: &Commit) -> Result<Vec<Step>, StoreError> {
    let tenant = commit.tenant.as_str();
    match &commit.user {
        UserStep::Untouched => Ok(Vec::new()),
        UserStep::Insert(user) => {
            let mut steps = vec![insert(tenant, commit.at, user)?];
            index(tenant, user.id, &user.index, &mut steps);
            Ok(steps)
        }
        UserStep::Update(user) => {
            let mut steps = vec![update(tenant, commit.at, user)?];
            index(tenant, user.id, &user.index, &mut steps);
            Ok(steps)
        }
        // What hangs on him goes by foreign keys; what he is found by, unsent messages and grants have none.
        UserStep::Delete { id, revision, index } => {
            let (names, keys) = columns(&index.forgotten);
            let (user, guard) = (id.uuid(), stored_count(*revision));
            Ok(vec![
                Step::new(statement::USER_HOLD, told![tenant.to_owned(), user, guard]),
                super::group::touch_groups_of_user(commit, *id),
                Step::new(statement::USER_DELETE, told![tenant.to_owned(), user, guard, names, keys]),
                Step::new(statement::SCOPES_REMOVE, told![tenant.to_owned(), "user", user]),
                super::outbox::drop_unsent(tenant, *id),
            ])
        }
    }
}

/// How the count of users moves with a commit.
pub(super) fn total(commit: &Commit) -> Option<Step> {
    let (id, users, deleted) = match &commit.user {
        UserStep::Insert(user) => (user.id, 1_i64, 0_i64),
        UserStep::Delete { id, .. } => (*id, -1, 1),
        UserStep::Untouched | UserStep::Update(_) => return None,
    };
    let [.., last] = id.uuid().into_bytes();
    let shard = i16::from(last % SHARDS);
    Some(Step::new(
        statement::USER_TOTAL_MOVE,
        told![commit.tenant.as_str().to_owned(), shard, users, deleted],
    ))
}

fn insert(tenant: &str, at: Timestamp, user: &NewUser) -> Result<Step, StoreError> {
    let password = user.password.as_ref();
    Ok(Step::new(
        statement::USER_INSERT,
        told![
            tenant.to_owned(),
            user.id.uuid(),
            text(&user.profile.user_name),
            text(&user.profile.user_name_key()),
            micros(at),
            as_document(&user.profile)?,
            password.map(|password| password.hash.clone()),
            password.is_some_and(|password| password.weak),
            user.profile.may_act(),
            as_document(&PerFamily::<Budget>::default())?,
        ],
    ))
}

fn update(tenant: &str, at: Timestamp, user: &UserUpdate) -> Result<Step, StoreError> {
    let (profile, password) = (user.profile.as_ref(), user.password.as_ref());
    Ok(Step::new(
        statement::USER_UPDATE,
        told![
            tenant.to_owned(),
            user.id.uuid(),
            stored_count(user.revision),
            micros(at),
            i64::from(user.version_moves),
            profile.map(as_document).transpose()?,
            profile.map(|profile| text(&profile.user_name)),
            profile.map(|profile| text(&profile.user_name_key())),
            profile.map(Profile::may_act),
            password.map(|password| password.hash.clone()),
            password.map(|password| password.weak),
            i64::from(user.credential_moves),
            as_document(&user.budget)?,
        ],
    ))
}

/// Frees before it claims: a value may move from one list of a user to another.
fn index(tenant: &str, user: UserId, diff: &IndexDiff, steps: &mut Vec<Step>) {
    for (sql, values) in [(statement::HELD_RELEASE, &diff.released), (statement::HELD_CLAIM, &diff.claimed)] {
        for (name, keys) in by_name(values) {
            steps.push(Step::new(sql, told![tenant.to_owned(), user.uuid(), name, keys]));
        }
    }
    for (sql, values) in [(statement::FOUND_REMOVE, &diff.forgotten), (statement::FOUND_ADD, &diff.found)] {
        if !values.is_empty() {
            let (names, keys) = columns(values);
            steps.push(Step::new(sql, told![tenant.to_owned(), user.uuid(), names, keys]));
        }
    }
}

/// Values as two columns: their names and their keys.
pub(super) fn columns(values: &[IndexedValue]) -> (Vec<&'static str>, Vec<String>) {
    values.iter().map(|value| (value.name, text(&value.key))).unzip()
}

fn by_name(values: &[IndexedValue]) -> BTreeMap<&'static str, Vec<String>> {
    let mut grouped: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for value in values {
        grouped.entry(value.name).or_default().push(text(&value.key));
    }
    grouped
}

pub(super) fn read_user(row: &Row, tenant: &TenantId) -> Result<User, StoreError> {
    Ok(User {
        tenant: tenant.clone(),
        id: UserId::new(cell(row, "id")?),
        profile: document(row, "profile")?,
        revision: count(row, "revision")?,
        version: count(row, "version")?,
        created: time(row, "created_at")?,
        last_modified: time(row, "modified_at")?,
    })
}

pub(super) fn read_view(row: &Row, tenant: &TenantId) -> Result<UserView, StoreError> {
    let pending =
        |family, column| cell::<Option<&str>>(row, column)?.map(|value| address(family, value)).transpose();
    Ok(UserView {
        user: read_user(row, tenant)?,
        pending: PerFamily {
            email: pending(ClaimFamily::Email, "pending_email")?,
            mobile: pending(ClaimFamily::Mobile, "pending_mobile")?,
        },
        groups: super::group::read_memberships(row)?,
    })
}

fn read_pending(row: &Row, user: UserId) -> Result<Option<Pending>, StoreError> {
    let Some(id) = cell::<Option<Uuid>>(row, "change_id")? else { return Ok(None) };
    Ok(Some(Pending {
        id: ChangeId::new(id),
        user,
        purpose: word(row, "purpose")?,
        value: address(word(row, "family")?, cell(row, "value")?)?,
        entry: document(row, "entry")?,
        requester: document(row, "requester")?,
        requested_at: time(row, "requested_at")?,
        challenge: challenge(row)?,
    }))
}
