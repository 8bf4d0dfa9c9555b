//! The settings in force when a decision is made: the file's, with what an administrator changed at runtime over them.

use crate::actor::Persona;
use crate::audit::Rule;
use crate::change::{Form, Limits, OtpShape};
use crate::claim::{ClaimFamily, Numbering, PerFamily};

/// What an update by somebody other than the owner does (D-1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NonOwnerUpdate {
    /// Waits for proof like the owner's.
    #[default]
    Verify,
    /// Is written at once, unverified.
    Skip,
}

/// What a link needs beside itself to prove an e-mail address (SEC-23).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LinkConfirmation {
    /// A press of the button on its page.
    #[default]
    Button,
    /// The same, by the owner of the change and nobody else: signed in as exactly that user.
    Session,
    /// The short code of the same mail, typed on its page.
    Code,
}

impl LinkConfirmation {
    /// Whether a link proves anything alone when somebody of this persona presents it. Whether an owner is the owner of
    /// this change is settled before: he is found by who he is (SEC-4).
    pub const fn takes_link_of(self, persona: Persona) -> bool {
        match self {
            Self::Button => true,
            Self::Session => matches!(persona, Persona::Owner),
            Self::Code => false,
        }
    }
}

/// The settings of one family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilySettings {
    /// `enable_verification`.
    pub enabled: bool,
    /// How long a secret proves, in minutes.
    pub validity_minutes: u32,
    /// `EnableSkipInitiatingVerificationByPrivilegedUser`.
    pub skip_by_privileged: bool,
    /// `enable_verification_by_privileged_user`: privileged `validate-code` accepts codes of this family (always for
    /// e-mail; SEED-15).
    pub privileged_validation: bool,
    /// What kind of secret is sent.
    pub form: Form,
}

/// Everything a decision consults besides the snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Per family.
    pub family: PerFamily<FamilySettings>,
    /// The shape of short codes.
    pub otp: OtpShape,
    /// `use_verify_claim`: only updates that carry `verifyEmail` / `verifyMobile` are verified (SEC-16).
    pub use_verify_claim: bool,
    /// Whether the four lists exist.
    pub lists: bool,
    /// The most a list may hold (`verification.md` §2.4-7).
    pub list_max: usize,
    /// D-1.
    pub non_owner_update: NonOwnerUpdate,
    /// SEC-23: `Session` lets a link prove for its owner only; `Code` has every link mail carry a short code, and no link
    /// prove anything alone.
    pub link_confirmation: LinkConfirmation,
    /// SEC-17, SEC-18.
    pub notify_old: bool,
    /// WSO2's two notices to the existing e-mail address, where `notify_old` is off (DESIGN §5).
    pub notify_existing_email: bool,
    /// Whether two users may hold the same value.
    pub unique: bool,
    /// SEC-24: an owner's write through the API needs fresh proof of identity.
    pub require_recent_auth: bool,
    /// The hardened profile: a direct privileged write needs a reason (SEC-38).
    pub reason_required: bool,
    /// Security §8.
    pub limits: Limits,
    /// SEC-48: how numbers are compared, and which are served.
    pub numbering: Numbering,
    /// Security §8: no SMS to a country where too few codes come back.
    pub stop_on_low_conversion: bool,
}

impl Settings {
    /// The settings of one family.
    pub const fn of(&self, family: ClaimFamily) -> &FamilySettings {
        self.family.of(family)
    }
}

impl Settings {
    /// M1: the rule by which values of a family are written straight when `persona` writes them, if there is one. No proof
    /// begins then.
    pub fn writes_straight(&self, family: ClaimFamily, persona: Persona) -> Option<Rule> {
        let family = self.of(family);
        let skipped = family.skip_by_privileged || self.non_owner_update == NonOwnerUpdate::Skip;
        if !family.enabled {
            Some(Rule::M1SwitchedOff)
        } else if skipped && persona.is_privileged() {
            Some(Rule::M1PrivilegedSkip)
        } else {
            None
        }
    }
}

impl Default for Settings {
    /// The product's defaults: both verifications off (`verification.md` §5.1).
    fn default() -> Self {
        let family = |validity_minutes, form| FamilySettings {
            enabled: false,
            validity_minutes,
            skip_by_privileged: false,
            privileged_validation: false,
            form,
        };
        Self {
            family: PerFamily {
                email: FamilySettings { privileged_validation: true, ..family(1440, Form::Link) },
                mobile: family(5, Form::Otp),
            },
            otp: OtpShape::default(),
            use_verify_claim: false,
            lists: true,
            list_max: 10,
            non_owner_update: NonOwnerUpdate::Verify,
            link_confirmation: LinkConfirmation::Button,
            notify_old: true,
            notify_existing_email: false,
            unique: true,
            require_recent_auth: false,
            reason_required: false,
            limits: Limits::default(),
            numbering: Numbering::default(),
            stop_on_low_conversion: false,
        }
    }
}
