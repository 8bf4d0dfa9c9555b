//! Numbers in a request: compared by their numbering plan, and refused where no message may go (SEC-48).

use super::{Settings, WantedContacts};
use crate::claim::{Address, InvalidMobile, MobileNumber};
use crate::profile::Contacts;
use crate::refusal::Refusal;

/// The request with the key of each number. A number that is held, listed or pending already keeps the key it has, and
/// is not judged again: what is configured later changes nothing that is stored.
///
/// Refuses numbers that are not served, whichever attribute they stand in.
pub(super) fn keyed(
    stored: &Contacts,
    pending: Option<&Address>,
    wanted: WantedContacts,
    settings: &Settings,
) -> Result<WantedContacts, Refusal> {
    let mut wanted = wanted;
    let known = stored.address().into_iter().chain(&stored.all).chain(&stored.proven).chain(pending);
    let known: Vec<&MobileNumber> = known.filter_map(number).collect();
    let key = |address: &mut Address, attribute| -> Result<(), Refusal> {
        let Address::Mobile(asked) = address else { return Ok(()) };
        let same = known.iter().find(|known| known.as_str() == asked.as_str());
        *asked = match same.or_else(|| known.iter().find(|known| known.reads_as(asked))) {
            Some(known) => asked.keyed_as(known),
            None => settings.numbering.judge(asked).map_err(|why| refused(attribute, why))?,
        };
        Ok(())
    };
    if let Some(held) = &mut wanted.held {
        key(&mut held.address, "phoneNumbers")?;
    }
    for (list, attribute) in
        [(&mut wanted.all, "mobileNumbers"), (&mut wanted.proven, "verifiedMobileNumbers")]
    {
        list.iter_mut().flatten().try_for_each(|address| key(address, attribute))?;
    }
    Ok(wanted)
}

/// Refuses to send to a number that is not served, however long it has been held.
pub(super) fn check_served(to: &Address, settings: &Settings) -> Result<(), Refusal> {
    match number(to).map(|number| settings.numbering.judge(number)) {
        Some(Err(why)) => Err(refused("phoneNumbers", why)),
        Some(Ok(_)) | None => Ok(()),
    }
}

fn number(address: &Address) -> Option<&MobileNumber> {
    match address {
        Address::Mobile(number) => Some(number),
        Address::Email(_) => None,
    }
}

fn refused(attribute: &'static str, why: InvalidMobile) -> Refusal {
    Refusal::Address { attribute, why: why.into() }
}
