//! `[scim2]` and `[scim2.me]`.

use super::table::table;

table! {
    /// The dialect spoken at `/scim2`. The strict one at `/scim/v2` is not changed by these, unless a key says so.
    ["scim2"] Scim2 {
        /// Whether the primary e-mail address is an object, as RFC 7643 has it, rather than a plain string.
        enable_spec_compliant_email_handling: bool = false;
        /// Whether lists of addresses and numbers are one comma-separated string rather than an array. Both are
        /// understood in requests.
        multi_valued_as_string: bool = false;
        /// Whether no two groups may have the same `displayName`, whatever its case. Applies at both mounts.
        unique_group_names: bool = true;
        /// Whether a PATCH of a group at `/scim2` answers with the whole group, its members included. Switched off, and
        /// always at `/scim/v2`, it answers 204 unless the request names `attributes`.
        return_updated_group_in_group_patch_response: bool = true;
        /// Whether a taken address or number is answered with status 409 rather than 400.
        return_conflict_on_claim_uniqueness_violation: bool = true;
    }
}

table! {
    /// What a person may do to the own profile at `/scim2/Me`.
    ["scim2.me"] Scim2Me {
        /// Attributes the owner may not write, besides those that are never the owner's to write.
        blocked_claims: Vec<String> = ["emailVerified", "phoneVerified", "accountState", "accountLocked"]
            .map(str::to_owned)
            .to_vec();
    }
}
