//! `/Bulk` (RFC 7644 §3.7, SCIM-100 … SCIM-104): every operation goes the way of the single request it stands for.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use countersign_app::{Allowance, UNLIMITED, UserView};
use countersign_domain::groups::Group;
use countersign_scim::bulk::{
    self, Asked, Bulk, Footprint, Known, Method, Operation, Outcome, PAYLOAD_MAX, Turn,
};
use countersign_scim::group::group_id;
use countersign_scim::user;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::error::Refused;
use super::resource::{self, Answer, Bounds};
use super::rights::{self, Asking};
use super::{condition, groups, me, users};
use crate::body::{BodyRejection, Untyped};
use crate::state::Web;

/// How many verifications one request may start (SEC-43).
const VERIFICATIONS_MAX: u32 = 20;

/// How many operations of a step are under way at once: as many as the store commits together.
const AT_ONCE: usize = 64;

/// A Bulk body: longer than others may be.
pub(super) struct BulkBody(Result<Value, Refused>);

impl FromRequest<Web> for BulkBody {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &Web) -> Result<Self, Infallible> {
        let read = crate::body::read_up_to(PAYLOAD_MAX, request, Untyped::Json).await;
        Ok(Self(read.map_err(|rejection| match rejection {
            BodyRejection::TooLong => Refused::BulkTooLong,
            other => Refused::Body(other),
        })))
    }
}

pub(super) async fn run(asking: Asking, BulkBody(body): BulkBody) -> Answer {
    let bulk = Bulk::parse(body?)?;
    let allowance = Allowance::of(VERIFICATIONS_MAX);
    let allowance = if asking.holds(rights::BULK_VERIFY) { &UNLIMITED } else { &allowance };
    let run = Run { asking: &asking, bulk: &bulk, allowance };
    Ok(resource::json(StatusCode::OK, &bulk::response(run.all().await)))
}

/// The kinds of resource an operation can be about.
#[derive(Clone, Copy)]
enum Endpoint {
    Users,
    Groups,
    Me,
}

impl Endpoint {
    /// SCIM-8: in any case.
    fn of(segment: &str) -> Option<Self> {
        [("Users", Self::Users), ("Groups", Self::Groups), ("Me", Self::Me)]
            .into_iter()
            .find_map(|(word, endpoint)| segment.eq_ignore_ascii_case(word).then_some(endpoint))
    }
}

/// A resource after its operation.
struct Landed {
    status: StatusCode,
    /// The path of its kind.
    place: &'static str,
    id: String,
    version: Option<String>,
}

/// One request while it is carried out.
struct Run<'r> {
    asking: &'r Asking,
    bulk: &'r Bulk,
    allowance: &'r Allowance,
}

impl Run<'_> {
    /// The items of the answer, in the order of the request.
    async fn all(&self) -> Vec<Value> {
        let (mut items, mut known, mut errors) = (BTreeMap::new(), Known::default(), 0_usize);
        for step in self.bulk.steps(|asked| self.footprint(asked)) {
            let under_way = step.into_iter().map(|turn| self.one(turn, &known));
            let done: Vec<_> = stream::iter(under_way).buffered(AT_ONCE).collect().await;
            for (index, outcome) in done {
                let Some(operation) = self.bulk.operations.get(index) else { continue };
                errors += usize::from(outcome.is_err());
                if let (Ok(landed), Some(bulk_id)) = (&outcome, &operation.bulk_id) {
                    known.created(bulk_id, &landed.id);
                }
                items.insert(index, operation.answered(self.outcome(operation, outcome)));
            }
            if self.bulk.errors_max.is_some_and(|max| errors >= max) {
                break;
            }
        }
        items.into_values().collect()
    }

    fn footprint(&self, asked: &Asked) -> Footprint {
        match Endpoint::of(&asked.endpoint) {
            Some(Endpoint::Users) => bulk::of_user(asked, self.asking.mount.schema()),
            Some(Endpoint::Groups | Endpoint::Me) | None => Footprint::Everything,
        }
    }

    async fn one(&self, turn: Turn, known: &Known) -> (usize, Result<Landed, Refused>) {
        let outcome = match self.bulk.operations.get(turn.index) {
            Some(operation) => self.carried_out(operation, &turn, known).await,
            None => Err(Refused::NotFound),
        };
        (turn.index, outcome)
    }

    async fn carried_out(
        &self,
        operation: &Operation,
        turn: &Turn,
        known: &Known,
    ) -> Result<Landed, Refused> {
        let asked = operation.asked.as_ref().map_err(Clone::clone)?;
        if let Some(why) = turn.unresolvable {
            return Err(Refused::Unresolvable(why));
        }
        let asked = known.resolved(asked).map_err(Refused::Unresolvable)?;
        let expected = asked.version.as_deref().and_then(condition::expected_by);
        let bounds = Bounds { expected, allowance: self.allowance };
        match Endpoint::of(&asked.endpoint) {
            Some(Endpoint::Users) => on_users(self.asking, asked, &bounds).await,
            Some(Endpoint::Groups) => on_groups(self.asking, asked, bounds.expected).await,
            Some(Endpoint::Me) => on_me(self.asking, asked, &bounds).await,
            None => Err(Refused::NotFound),
        }
    }

    /// What is told about it. A resource that was not created has no place; any other has the one it was asked for at.
    fn outcome(&self, operation: &Operation, outcome: Result<Landed, Refused>) -> Outcome {
        let base_url = self.asking.mount.base_url(&self.asking.web);
        match outcome {
            Ok(landed) => Outcome {
                location: Some(format!("{base_url}/{}/{}", landed.place, landed.id)),
                version: landed.version,
                status: landed.status.as_u16(),
                response: None,
            },
            Err(refused) => {
                let conflict_on_taken = self.asking.web.app.file().conflict_on_taken;
                let wording = refused.traced(conflict_on_taken, self.asking.trace_id());
                Outcome {
                    location: place_of(operation).map(|(place, id)| format!("{base_url}/{place}/{id}")),
                    version: None,
                    status: wording.status.as_u16(),
                    response: Some(wording.body()),
                }
            }
        }
    }
}

/// The place an operation names, if what stands there can be an id of ours.
fn place_of(operation: &Operation) -> Option<(&'static str, &str)> {
    let asked = operation.asked.as_ref().ok()?;
    let id = asked.id.as_deref()?;
    match Endpoint::of(&asked.endpoint)? {
        Endpoint::Users => rights::user_id(id).map(|_| ("Users", id)),
        Endpoint::Groups => group_id(id).map(|_| ("Groups", id)),
        Endpoint::Me => None,
    }
}

async fn on_users(asking: &Asking, asked: Asked, bounds: &Bounds<'_>) -> Result<Landed, Refused> {
    let data = asked.data.into();
    match (asked.method, asked.id) {
        (Method::Post, None) => {
            Ok(Landed::user(StatusCode::CREATED, &users::created(asking, data, bounds).await?))
        }
        (Method::Put, Some(id)) => {
            Ok(Landed::user(StatusCode::OK, &users::replaced(asking, &id, data, bounds).await?))
        }
        (Method::Patch, Some(id)) => {
            Ok(Landed::user(StatusCode::OK, &users::patched(asking, &id, data, bounds).await?))
        }
        (Method::Delete, Some(id)) => {
            users::deleted(asking, &id, bounds).await?;
            Ok(Landed { status: StatusCode::NO_CONTENT, place: "Users", id, version: None })
        }
        (Method::Post, Some(_)) | (Method::Put | Method::Patch | Method::Delete, None) => {
            Err(Refused::NoSuchMethod)
        }
    }
}

async fn on_groups(asking: &Asking, asked: Asked, expected: Option<Vec<u64>>) -> Result<Landed, Refused> {
    let data = asked.data.into();
    match (asked.method, asked.id) {
        (Method::Post, None) => Ok(Landed::group(StatusCode::CREATED, &groups::created(asking, data).await?)),
        (Method::Put, Some(id)) => {
            Ok(Landed::group(StatusCode::OK, &groups::replaced(asking, &id, expected, data).await?))
        }
        (Method::Patch, Some(id)) => {
            Ok(Landed::group(StatusCode::OK, &groups::patched(asking, &id, expected, data).await?))
        }
        (Method::Delete, Some(id)) => {
            groups::deleted(asking, &id, expected).await?;
            Ok(Landed { status: StatusCode::NO_CONTENT, place: "Groups", id, version: None })
        }
        (Method::Post, Some(_)) | (Method::Put | Method::Patch | Method::Delete, None) => {
            Err(Refused::NoSuchMethod)
        }
    }
}

async fn on_me(asking: &Asking, asked: Asked, bounds: &Bounds<'_>) -> Result<Landed, Refused> {
    let data = asked.data.into();
    match (asked.method, asked.id) {
        (_, Some(_)) => Err(Refused::NotFound),
        (Method::Put, None) => Ok(Landed::user(StatusCode::OK, &me::replaced(asking, data, bounds).await?)),
        (Method::Patch, None) => Ok(Landed::user(StatusCode::OK, &me::patched(asking, data, bounds).await?)),
        (Method::Post | Method::Delete, None) => Err(Refused::NoSuchMethod),
    }
}

impl Landed {
    fn group(status: StatusCode, group: &Group) -> Self {
        let version = Some(user::version_tag(group.version));
        Self { status, place: "Groups", id: group.id.to_string(), version }
    }

    fn user(status: StatusCode, view: &UserView) -> Self {
        let version = Some(user::version_tag(view.user.version));
        Self { status, place: "Users", id: view.user.id.to_string(), version }
    }
}
