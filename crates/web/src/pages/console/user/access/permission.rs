//! What a user may do, in plain groups, and the form that changes it (SEC-37).

use axum::extract::{Path, State};
use axum::response::Response;
use countersign_domain::UserId;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{GRANT, Opened, Wrong, look, path_of, proven};
use crate::pages::console::scopes::{self, word};
use crate::pages::posted::{self, Posted};
use crate::pages::visitor::{self, Visitor};
use crate::pages::{PageError, page};
use crate::state::Web;

/// The boxes of the form as they were sent.
#[derive(Clone)]
pub(super) struct Ticked {
    /// Those that were ticked when the form was shown.
    had: Vec<String>,
    scopes: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct PermissionsForm {
    #[serde(default)]
    had: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default, deserialize_with = "posted::secret")]
    current: Zeroizing<String>,
}

impl posted::Form for PermissionsForm {}

/// A group as it is shown.
pub(super) struct Group {
    pub(super) heading: &'static str,
    /// What he may do of it, in words.
    pub(super) held: Vec<&'static str>,
    pub(super) boxes: Vec<Permission>,
}

/// A box of the form.
pub(super) struct Permission {
    pub(super) scope: &'static str,
    pub(super) label: &'static str,
    pub(super) is_ticked: bool,
    /// Whether it was when the page was made.
    pub(super) had: bool,
    /// Whether the visitor may give and take it: he holds it himself.
    pub(super) is_his: bool,
}

/// The groups, for somebody who has been granted `granted`; `ticked` is what a form said.
pub(super) fn groups(visitor: &Visitor, granted: &[String], ticked: Option<&Ticked>) -> Vec<Group> {
    let t = visitor.look.texts;
    let is_among = |scopes: &[String], scope: &str| scopes.iter().any(|held| held == scope);
    let permission = |scope: &'static str| {
        let is_his = visitor.has(scope);
        let now = is_among(granted, scope);
        Permission {
            scope,
            label: word(t, scope),
            is_ticked: ticked.filter(|_| is_his).map_or(now, |ticked| is_among(&ticked.scopes, scope)),
            had: ticked.filter(|_| is_his).map_or(now, |ticked| is_among(&ticked.had, scope)),
            is_his,
        }
    };
    let group = |(name, scopes): (&str, &'static [&'static str])| Group {
        heading: scopes::heading(t, name),
        held: scopes.iter().filter(|scope| is_among(granted, scope)).map(|scope| word(t, scope)).collect(),
        boxes: scopes.iter().copied().map(permission).collect(),
    };
    scopes::GROUPS.into_iter().map(group).collect()
}

/// Gives and takes what was ticked and unticked, and nothing else: what somebody else changed meanwhile stays.
pub(super) async fn change(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { mut visitor, form }: Posted<PermissionsForm>,
) -> Result<Response, PageError> {
    visitor.needs(GRANT)?;
    let id: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    let ticked = Ticked { had: form.had, scopes: form.scopes };
    let opened = || Opened::Permissions(Some(ticked.clone()));
    let cookie = match proven(&web, &mut visitor, &form.current).await? {
        Ok(cookie) => cookie,
        Err(wrong) => return look::render(&web, &visitor, id, opened(), Some(wrong)).await,
    };
    let without = |all: &[String], some: &[String]| -> Vec<String> {
        all.iter().filter(|scope| !some.contains(scope)).cloned().collect()
    };
    let (give, take) = (without(&ticked.scopes, &ticked.had), without(&ticked.had, &ticked.scopes));
    let answer = match web.app.change_grants(&visitor.as_privileged(), id, &give, &take).await {
        Ok(changed) => {
            let what = if changed { "permissions-changed" } else { "permissions-same" };
            visitor::done(&format!("{}/access#permissions", path_of(id)), what)
        }
        Err(error) => {
            let wrong = Wrong::why(&visitor, error)?;
            look::render(&web, &visitor, id, opened(), Some(wrong)).await?
        }
    };
    Ok(page::with_cookie(answer, cookie))
}
