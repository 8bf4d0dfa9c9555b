use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use countersign_app::ListError;
use countersign_domain::claim::{Address, ClaimFamily};
use countersign_scim::ScimType;

use super::*;

fn row(refused: impl Into<Refused>) -> (u16, Option<&'static str>, String) {
    let wording = refused.into().wording(true);
    (wording.status.as_u16(), wording.kind.map(ScimType::as_str), wording.detail)
}

fn rows() -> Vec<(u16, Option<&'static str>, String)> {
    use Refusal as R;
    let why = Address::parse(ClaimFamily::Email, "x").unwrap_err();
    let refusals = [
        R::Address { attribute: "emails", why },
        R::SeveralCandidates(ClaimFamily::Email),
        R::TooMany { max: 10 },
        R::Mutability("userName".to_owned()),
        R::AssertsPending(ClaimFamily::Mobile),
        R::NothingToAssert(ClaimFamily::Mobile),
        R::Taken(ClaimFamily::Mobile),
        R::TooManyRequests { retry_after: SignedDuration::from_secs(30) },
        R::StaleAuthentication,
        R::ReasonRequired,
    ];
    let lists =
        [ListError::TooMany, ListError::InvalidCursor, ListError::ExpiredCursor, ListError::OtherCount];
    let ours = [
        Refused::Unauthorized,
        Refused::Forbidden("internal_user_mgt_list"),
        Refused::NotFound,
        Refused::NoSelf,
        Refused::NoFilterHere,
        Refused::StaleVersion,
        Refused::NoSuchMethod,
        Refused::TooManyOperations,
        Refused::BulkTooLong,
        Refused::Unresolvable(Unresolvable::Unknown),
        Refused::Unresolvable(Unresolvable::Circular),
        Refused::Unresolvable(Unresolvable::NotCreated),
        Refused::NoMoreVerifications,
        Refused::Throttled(SignedDuration::from_secs(9)),
        Refused::Scim(ScimError::new(ScimType::InvalidPath, "No.")),
        Refused::Body(BodyRejection::MediaType),
        Refused::Body(BodyRejection::TooLong),
        Refused::Password(WeakPassword::Short(8)),
        Refused::Password(WeakPassword::Overloaded),
        Refused::Taken(TakenClaim::UserName),
        Refused::Taken(TakenClaim::Address(ClaimFamily::Email)),
        Refused::Failure(Failure::Busy),
        Refused::Failure(Failure::Crypto),
    ];
    let ours = ours.into_iter().chain(lists.map(Refused::from));
    refusals.into_iter().map(Refused::Rule).chain(ours).map(row).collect()
}

/// STYLE §4: every refusal, as this surface words it.
#[test]
fn every_refusal_has_a_status_a_word_and_a_sentence() {
    let lines: Vec<String> = rows()
        .into_iter()
        .map(|(status, kind, detail)| format!("{status} {} {detail}", kind.unwrap_or("-")))
        .collect();

    insta::assert_snapshot!(lines.join("\n"), @r"
    400 invalidValue emails: an e-mail address has one @ with a name before it and a domain after it.
    400 invalidValue Only one new address or number can be verified at a time; send them one by one.
    400 invalidValue A user can list at most 10 addresses or numbers.
    400 mutability userName cannot be changed by this caller.
    400 invalidValue A value that still waits for proof cannot be asserted as verified in the same request.
    400 invalidValue There is no address to mark as verified.
    409 uniqueness phoneNumbers: another user holds this value.
    429 - Too many requests; try again in 30 seconds.
    401 - Confirm your identity again before changing an address or number.
    400 invalidValue changeReason: state a reason for writing the value without proof.
    401 - Authenticate by HTTP Basic or with a bearer token; this credential does not count.
    403 - This needs the permission internal_user_mgt_list.
    404 - There is no such resource.
    404 - /Me is for users; this credential belongs to a program.
    403 - Discovery cannot be filtered; leave the filter out.
    412 - The resource has changed since it was read; read it again.
    405 - This path does not take the method.
    413 - A Bulk request holds at most 1000 operations; nothing was done.
    413 - A Bulk request has at most 4194304 bytes; nothing was done.
    409 - A bulkId is referred to that no POST of this request has.
    409 - Operations refer to each other in a circle; leave one reference out and add it by a PATCH in the same request.
    409 - What a bulkId refers to was not created.
    429 - One Bulk request starts at most 20 verifications; send this operation in another one, or ask for the permission bulk_verify.
    429 - Too many requests; try again in 9 seconds.
    400 invalidPath No.
    415 - Send the body as application/json, in UTF-8 and without content encoding.
    413 - The body is longer than 1 MiB.
    400 invalidValue password: a password has at least 8 characters.
    503 - The server cannot do this at the moment; try again.
    409 uniqueness Another user has this userName.
    409 uniqueness emails: another user holds this value.
    503 - The server cannot do this at the moment; try again.
    500 - The server could not do this.
    400 tooMany This would have to look at more than 100,000 resources; narrow the filter by an indexed attribute (users: userName, externalId, emails, phoneNumbers, displayName, name, department … with eq or sw; groups: displayName, externalId, members with eq), and sort by one.
    400 invalidCursor The cursor does not belong to this request; repeat filter, sortBy and sortOrder as they were, or begin again with an empty cursor.
    400 expiredCursor The cursor is older than a day; begin again with an empty cursor.
    400 invalidCount The cursor belongs to pages of another size; repeat count as it was.
    ");
}

/// SCIM-9, SCIM-3, RFC 9470: the headers that go with a refusal.
#[test]
fn refusals_carry_their_headers() {
    let headers = |refused: Refused| refused.wording(true).headers;

    let throttled = headers(Refused::Throttled(SignedDuration::from_secs(9)));
    let stale = headers(Refused::Rule(Refusal::StaleAuthentication));

    assert_eq!(throttled, [(RETRY_AFTER, "9".to_owned())]);
    let challenge =
        "Bearer realm=\"countersign\", error=\"insufficient_user_authentication\", max_age=\"300\"";
    assert_eq!(stale, [(WWW_AUTHENTICATE, challenge.to_owned())]);
}

/// `verification.md` §8.3: some installations want 400 for a taken address; a taken name is a conflict everywhere.
#[test]
fn a_taken_address_is_a_conflict_unless_the_file_says_otherwise() {
    let status = |claim: TakenClaim, conflict| Refused::Taken(claim).wording(conflict).status.as_u16();

    assert_eq!(status(TakenClaim::Address(ClaimFamily::Email), false), 400);
    assert_eq!(status(TakenClaim::UserName, false), 409);
}

/// SEC-62: what failed stays in the log; the client gets the id to ask with.
#[test]
fn a_failure_is_answered_with_its_trace_id_only() {
    let response = Refused::Failure(Failure::Crypto).answer(true, "0123456789abcdef");

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let wording = Refused::Failure(Failure::Crypto).wording(true);
    assert!(!wording.detail.contains("cryptography"));
}

/// SCIM-2: plain JSON only for those who accept nothing wider.
#[test]
fn plain_json_is_for_those_who_ask_for_it_alone() {
    let wants = |accept: &str| wants_plain_json(&HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]));

    assert!(wants("application/json"));
    assert!(wants("Application/JSON;q=0.9, text/html"));
    assert!(!wants("application/json, */*"));
    assert!(!wants("application/json, application/scim+json"));
    assert!(!wants("text/html"));
}
