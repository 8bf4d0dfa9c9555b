//! The table of `docs/ARCHITECTURE.md`: which crate may use which, and who alone imports the drivers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Our crates, and what each may use of ours.
const MAY_USE: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("scim", &["domain"]),
    ("store", &["domain", "scim"]),
    ("notify", &["domain", "store"]),
    ("app", &["domain", "scim", "store"]),
    ("web", &["domain", "scim", "app"]),
    ("countersign", &["domain", "scim", "store", "notify", "app", "web"]),
];

/// Libraries that one crate alone may import; where the binary is listed too, it wires them.
const DRIVERS: [(&str, &[&str]); 10] = [
    ("rusqlite", &["store"]),
    ("tokio-postgres", &["store"]),
    ("deadpool-postgres", &["store"]),
    ("refinery", &["store"]),
    ("lettre", &["notify"]),
    ("reqwest", &["notify"]),
    ("axum", &["web", "countersign"]),
    ("askama", &["web"]),
    ("argon2", &["app"]),
    ("rlibphonenumber", &["domain"]),
];

/// What each package's normal dependencies are; ours without their prefix.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked", "--offline"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let of = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let normal = all.filter(|dependency| dependency["kind"].is_null());
        normal.map(|dependency| short(dependency["name"].as_str().unwrap())).collect()
    };
    packages.map(|package| (short(package["name"].as_str().unwrap()), of(package))).collect()
}

fn short(name: &str) -> String {
    name.strip_prefix("countersign-").unwrap_or(name).to_owned()
}

/// STYLE §1: a crate exists only where an import must be impossible.
#[test]
fn no_crate_uses_what_it_may_not() {
    let found = dependencies();
    let ours: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();

    for (name, allowed) in MAY_USE {
        let used = found[name].iter().filter(|dependency| ours.contains(dependency.as_str()));
        let refused: Vec<&String> =
            used.filter(|dependency| !allowed.contains(&dependency.as_str())).collect();
        assert!(refused.is_empty(), "{name} must not use {refused:?}");
    }
}

/// STYLE §1: `web` cannot name a SQL type, and nobody but `notify` can speak SMTP.
#[test]
fn drivers_are_imported_where_they_belong() {
    let found = dependencies();

    for (driver, owners) in DRIVERS {
        let importers = MAY_USE.iter().filter(|(name, _)| found[*name].contains(driver));
        let strangers: Vec<&str> =
            importers.map(|(name, _)| *name).filter(|name| !owners.contains(name)).collect();
        assert!(strangers.is_empty(), "{driver} belongs to {owners:?}, but {strangers:?} imports it");
    }
}
