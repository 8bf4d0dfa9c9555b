use countersign_domain::Refusal;
use countersign_scim::schema::user;

use super::*;
use crate::sample::Sample;

fn field(path: &str, text: Option<&str>) -> ProfileField {
    ProfileField { path: path.to_owned(), text: text.map(ToOwned::to_owned) }
}

/// pages.md §3.1: names and other plain attributes are edited by their SCIM names; an empty field clears.
#[tokio::test]
async fn fields_are_written_and_cleared_together() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), true).await;
    let (owner, schema) = (sample.owner(bob), user(Dialect::Wso2));
    let write = async |fields: &[ProfileField]| sample.app.write_fields(&owner, bob, schema, fields).await;

    let fields = [
        field("name.givenName", Some(" Bob ")),
        field("name.familyName", Some("Smith")),
        field("displayName", Some("Bobby")),
    ];
    let view = write(&fields).await.unwrap();
    assert_eq!(view.user.profile.attributes["name"], json!({"givenName": "Bob", "familyName": "Smith"}));

    let view = write(&[field("name.givenName", Some("")), field("displayName", None)]).await.unwrap();
    assert_eq!(view.user.profile.attributes["name"], json!({"familyName": "Smith"}));
    assert_eq!(view.user.profile.attributes.get("displayName"), None);
    let version = view.user.version;
    assert_eq!(write(&[field("displayName", None)]).await.unwrap().user.version, version);
    assert!(view.user.profile.contacts.email.verified, "contacts are left alone");
}

/// DESIGN §5, "What the owner may write": the rights are those of a PATCH; and no form field reaches what is guarded.
#[tokio::test]
async fn an_owner_writes_what_is_his_and_nobody_writes_what_is_guarded() {
    let sample = Sample::start();
    let bob = sample.person("bob", Some("bob@example.org"), true).await;
    let schema = user(Dialect::Wso2);
    let title = [field("displayName", Some("Bobby")), field("title", Some("King"))];

    let refused = sample.app.write_fields(&sample.owner(bob), bob, schema, &title).await;
    assert!(matches!(refused, Err(UpdateError::Refused(Refusal::Mutability(_)))), "{refused:?}");
    let view = sample.app.user(&sample.admin(), bob).await.unwrap().unwrap();
    assert_eq!(view.user.profile.attributes.get("displayName"), None, "all or none");
    sample.app.write_fields(&sample.admin(), bob, schema, &title).await.unwrap();

    for path in [
        "emails",
        "emails.value",
        "password",
        "userName",
        "active",
        "roles",
        "id",
        "meta.version",
        "urn:scim:wso2:schema:emailVerified",
        "urn:scim:wso2:schema:pendingMobileNumber",
        "nothing",
        "",
    ] {
        let refused = sample.app.write_fields(&sample.admin(), bob, schema, &[field(path, Some("x"))]).await;
        assert!(matches!(refused, Err(UpdateError::Edit(FieldError::NoField(_)))), "{path}: {refused:?}");
    }
}
