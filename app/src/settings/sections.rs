//! The sections of the settings. Those that are heavy or seldom opened are parts of the client by themselves, as the pages of
//! `crate::pages` are: their code is fetched when they are opened.

use domain::access::{Action, Entity, check_any, check_audit};
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::params::ParamsMap;

use super::audit::AuditLog;
use super::catalog::CatalogSection;
use super::channels::Channels;
use super::company::CompanySection;
use super::forms::{self, Forms};
use super::losses::Losses;
use super::people::People;
use super::rights::RoleRights;
use super::teams::Teams;
use crate::ctx::{use_lang, use_me};

/// A section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Catalog,
    Users,
    Teams,
    Rights,
    Company,
    Losses,
    Forms,
    Channels,
    Audit,
}

/// Builds a section; there once its code is.
pub type Built = fn() -> AnyView;

/// `part { name = component, … }`: what fetches each section's code, and one file for each part.
macro_rules! fetched {
    ($($part:ident { $($name:ident = $component:path),+ })+) => {$($(
        async fn $name() -> Option<Built> {
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<Built, SplitLoaderError> {
                Ok(|| $component().into_any())
            }
            #[cfg(feature = "ssr")]
            crate::shell::prefetch(stringify!($part));
            $name().await.ok()
        }
    )+)+};
}

fetched! {
    settings_people { users = People, teams = Teams }
    settings_rights { rights = RoleRights, audit = AuditLog }
    settings_forms { forms = Forms }
    settings_channels { channels = Channels }
}

impl Section {
    /// In the order of their tabs; the first is shown when the address names none.
    pub const ALL: [Section; 9] = [
        Section::Catalog,
        Section::Users,
        Section::Teams,
        Section::Rights,
        Section::Company,
        Section::Losses,
        Section::Forms,
        Section::Channels,
        Section::Audit,
    ];

    /// As it stands in the address.
    pub fn code(self) -> &'static str {
        match self {
            Section::Catalog => "catalog",
            Section::Users => "users",
            Section::Teams => "teams",
            Section::Rights => "rights",
            Section::Company => "company",
            Section::Losses => "losses",
            Section::Forms => "forms",
            Section::Channels => "channels",
            Section::Audit => "audit",
        }
    }

    pub fn label(self) -> String {
        let lang = use_lang();
        match self {
            Section::Catalog => tr!(lang, settings.catalog),
            Section::Users => tr!(lang, settings.users),
            Section::Teams => tr!(lang, settings.teams),
            Section::Rights => tr!(lang, access.rights),
            Section::Company => tr!(lang, settings.company),
            Section::Losses => tr!(lang, losses.title),
            Section::Forms => tr!(lang, forms.title),
            Section::Channels => tr!(lang, channels.title),
            Section::Audit => tr!(lang, settings.audit),
        }
    }

    /// The one that the address names. Who may not see what is the company's is shown the first one.
    pub fn of(query: &ParamsMap) -> Section {
        let named = query.get("section").unwrap_or_default();
        let section = Section::ALL.into_iter().find(|section| section.code() == named);
        let section = section.unwrap_or(Section::Catalog);
        if section.is_company() && !section.is_seen() { Section::Catalog } else { section }
    }

    /// Whether it shows what the company is.
    fn is_company(self) -> bool {
        matches!(self, Section::Users | Section::Teams | Section::Rights | Section::Company)
    }

    /// Whether it is built of what all of them read together; the others have rights of their own, and read by themselves.
    pub fn is_read_together(self) -> bool {
        self.is_company() || self == Section::Catalog
    }

    /// Whether it is offered: what the reader may not see is not.
    pub fn is_seen(self) -> bool {
        let Some(actor) = use_me().map(|me| me.actor()) else { return self == Section::Catalog };
        let reads = |entity| check_any(&actor, Action::Read, entity).is_ok();
        match self {
            Section::Catalog => true,
            Section::Users | Section::Teams | Section::Rights | Section::Company => reads(Entity::Settings),
            Section::Losses => reads(Entity::Process),
            Section::Forms | Section::Channels => forms::may_read(),
            Section::Audit => check_audit(&actor).is_ok(),
        }
    }

    /// What builds it; `None` where its code could not be fetched.
    pub async fn fetch(self) -> Option<Built> {
        match self {
            Section::Catalog => Some(|| CatalogSection().into_any()),
            Section::Company => Some(|| CompanySection().into_any()),
            Section::Losses => Some(|| Losses().into_any()),
            Section::Users => users().await,
            Section::Teams => teams().await,
            Section::Rights => rights().await,
            Section::Forms => forms().await,
            Section::Channels => channels().await,
            Section::Audit => audit().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_section_or_the_first_one() {
        let of = |code: &str| {
            let query: ParamsMap = [("section", code.to_owned())].into_iter().collect();
            Section::of(&query)
        };
        assert_eq!(of("nothing"), Section::Catalog);
        assert_eq!(Section::of(&ParamsMap::new()), Section::Catalog);
        for section in Section::ALL {
            // Nobody is signed in: what is the company's is not shown.
            let shown = if section.is_company() { Section::Catalog } else { section };
            assert_eq!(of(section.code()), shown);
        }
    }
}
