//! What there is in the Console, under the product's names, as far as the visitor may see it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::pages::Look;
use crate::pages::language::Texts;
use crate::pages::visitor::Visitor;
use crate::state::Web;

/// A page of the Console that has a place in the navigation.
pub(super) struct Place {
    /// Its name in the catalogue, and what a page says to stand there.
    pub(super) id: &'static str,
    pub(super) href: &'static str,
    /// The permission it needs.
    pub(super) scope: &'static str,
    section: Section,
}

/// Headings of the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    People,
    Providers,
    Delivery,
    Server,
}

impl Section {
    const ALL: [Self; 4] = [Self::People, Self::Providers, Self::Delivery, Self::Server];

    /// Its name in the catalogue.
    const fn id(self) -> &'static str {
        match self {
            Self::People => "section-user-management",
            Self::Providers => "section-identity-providers",
            Self::Delivery => "section-delivery",
            Self::Server => "section-server",
        }
    }
}

/// Every place, in the order it is shown.
pub(super) const PLACES: [Place; 9] = [
    Place { id: "users", href: "/console/users", scope: "internal_user_mgt_list", section: Section::People },
    Place {
        id: "groups",
        href: "/console/groups",
        scope: "internal_group_mgt_list",
        section: Section::People,
    },
    Place {
        id: "resident",
        href: "/console/identity-providers/resident",
        scope: "internal_idp_view",
        section: Section::Providers,
    },
    Place {
        id: "messages",
        href: "/console/messages",
        scope: "internal_config_mgt_view",
        section: Section::Delivery,
    },
    Place {
        id: "publishers",
        href: "/console/publishers",
        scope: "internal_config_mgt_view",
        section: Section::Delivery,
    },
    Place {
        id: "applications",
        href: "/console/applications",
        scope: "internal_config_mgt_view",
        section: Section::Server,
    },
    Place {
        id: "audit",
        href: "/console/audit",
        scope: "internal_config_mgt_view",
        section: Section::Server,
    },
    Place {
        id: "system",
        href: "/console/system",
        scope: "internal_config_mgt_view",
        section: Section::Server,
    },
    Place {
        id: "dev-inbox",
        href: "/console/dev-inbox",
        scope: "internal_config_mgt_view",
        section: Section::Server,
    },
];

/// `templates/console/navigation.html`.
#[derive(Template)]
#[template(path = "console/navigation.html")]
pub(crate) struct Navigation {
    t: &'static Texts,
    /// The name of the place we are at.
    here: &'static str,
    sections: Vec<(&'static str, Vec<&'static Place>)>,
}

impl HtmlSafe for Navigation {}

impl Navigation {
    /// What this visitor sees, standing at the place `here`.
    pub(crate) fn of(web: &Web, visitor: &Visitor, here: &'static str) -> Self {
        let is_there = |place: &&Place| is_open(place, web, visitor);
        let sections = Section::ALL.map(|section| {
            let places = PLACES.iter().filter(|place| place.section == section).filter(is_there).collect();
            (section.id(), places)
        });
        let sections = sections.into_iter().filter(|(_, places): &(_, Vec<_>)| !places.is_empty()).collect();
        Self { t: visitor.look.texts, here, sections }
    }

    /// Of a page that is there for somebody who has not signed in.
    pub(super) fn of_nobody(look: Look) -> Self {
        Self { t: look.texts, here: "", sections: Vec::new() }
    }

    /// Where the first place is this visitor may see.
    pub(super) fn first(web: &Web, visitor: &Visitor) -> Option<&'static str> {
        PLACES.iter().find(|place| is_open(place, web, visitor)).map(|place| place.href)
    }

    fn name(&self, place: &str) -> &'static str {
        self.t.find(&format!("place-{place}")).unwrap_or_default()
    }
}

/// Whether a visitor may see a place; the dev inbox is there for whoever sits at this machine.
fn is_open(place: &Place, web: &Web, visitor: &Visitor) -> bool {
    let is_there = place.id != "dev-inbox" || (web.inbox.is_some() && visitor.principal.caller.is_local);
    is_there && visitor.has(place.scope)
}
