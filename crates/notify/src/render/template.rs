//! The messages there are.

/// A message we know how to word. Those of `verification.md` §6.2 carry its names, the others are our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// The link, to a new e-mail address.
    VerifyEmail,
    /// The link again.
    ResendVerifyEmail,
    /// The link with a code beside it (`send_otp_in_email`), first and again.
    VerifyEmailWithOtp,
    /// The code, to a new e-mail address.
    EmailOtp,
    /// To the old address: a change was asked for (WSO2's wording of SEC-18).
    ExistingEmailChanging,
    /// To the old address: a change was made without verification (WSO2's wording of SEC-17).
    ExistingEmailChanged,
    /// The code, to a new mobile number.
    VerifyMobile,
    /// SEC-17: an address or number has changed; to the old one and every other verified one.
    ContactChanged,
    /// SEC-17: an address or number was removed; to it and every other verified one.
    ContactRemoved,
    /// SEC-17: a further address or number was verified; to every verified one.
    ContactAdded,
    /// SEC-17: an address or number counts as verified on an administrator's word; to it and every other verified one.
    ContactMarkedVerified,
    /// SEC-18: a change was asked for; to the old one, with the link that cancels it.
    ContactChangeRequested,
    /// A message that says nothing but that it arrived (pages.md §5, *Send me a test*).
    ChannelTest,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::VerifyEmail,
        Self::ResendVerifyEmail,
        Self::VerifyEmailWithOtp,
        Self::EmailOtp,
        Self::ExistingEmailChanging,
        Self::ExistingEmailChanged,
        Self::VerifyMobile,
        Self::ContactChanged,
        Self::ContactRemoved,
        Self::ContactAdded,
        Self::ContactMarkedVerified,
        Self::ContactChangeRequested,
        Self::ChannelTest,
    ];

    /// The name, as in file names and in `{{TEMPLATE_TYPE}}`.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verifyEmailOnUpdate",
            Self::ResendVerifyEmail => "resendVerifyEmailOnUpdate",
            Self::VerifyEmailWithOtp => "verifyEmailOnUpdateWithOTP",
            Self::EmailOtp => "emailOTPVerificationOnUpdate",
            Self::ExistingEmailChanging => "notifyOnExistingEmailUpdate",
            Self::ExistingEmailChanged => "notifyOnExistingEmailUpdateWithoutVerification",
            Self::VerifyMobile => "verifyMobileOnUpdate",
            Self::ContactChanged => "contactChanged",
            Self::ContactRemoved => "contactRemoved",
            Self::ContactAdded => "contactAdded",
            Self::ContactMarkedVerified => "contactMarkedVerified",
            Self::ContactChangeRequested => "contactChangeRequested",
            Self::ChannelTest => "channelTest",
        }
    }

    /// The template of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.name() == name)
    }

    /// Values of ordinary length for every placeholder a template may use: for previews and checks.
    pub fn samples() -> crate::placeholder::Values {
        crate::templates::samples()
    }
}
