//! Every route there is: what the router is built from, and what `millrace routes` prints.

use std::fmt;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, options, post};

use super::State;
use super::assets::Manifest;
use super::{
    api, assets, bpmn, health, landing, live, pages, papers, person, public, reports, second_factor, session,
    sso,
};

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Answers HEAD as well.
    Get,
    Post,
    Options,
}

/// Whether a route answers strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Public,
    SignedIn,
}

/// A route as it is listed: `METHOD /path/{param} [public]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub verb: Verb,
    pub path: String,
    pub access: Access,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Options => "OPTIONS",
        };
        write!(f, "{verb} {}", self.path)?;
        if self.access == Access::Public { f.write_str(" [public]") } else { Ok(()) }
    }
}

/// Routes with what answers them: a route that is not listed cannot be reached.
#[derive(Default)]
pub(super) struct Table {
    listed: Vec<Route>,
    pub(super) router: Router<State>,
}

impl Table {
    pub(super) fn on<T: 'static>(
        mut self,
        verb: Verb,
        path: &str,
        access: Access,
        handler: impl Handler<T, State>,
    ) -> Self {
        let methods = match verb {
            Verb::Get => get(handler),
            Verb::Post => post(handler),
            Verb::Options => options(handler),
        };
        self.router = self.router.route(path, methods);
        self.listed.push(Route { verb, path: path.to_owned(), access });
        self
    }
}

/// The routes in groups that different middleware surrounds.
pub(super) struct Tables {
    /// What other sites and clients without an account may reach.
    pub(super) open: Table,
    /// What knows who is asking.
    pub(super) application: Table,
    pub(super) files: Table,
    pub(super) health: Table,
}

pub(super) fn tables(manifest: &Manifest) -> Tables {
    use Access::{Public, SignedIn};
    use Verb::{Get, Options, Post};
    let open = Table::default()
        .on(Get, "/api/v1/forms/{slug}", Public, api::define)
        .on(Options, "/api/v1/forms/{slug}", Public, api::preflight)
        .on(Post, "/api/v1/forms/{slug}/submissions", Public, api::submit)
        .on(Options, "/api/v1/forms/{slug}/submissions", Public, api::preflight)
        .on(Get, "/f/{slug}", Public, public::form)
        .on(Post, "/f/{slug}", Public, public::submit_form)
        .on(Get, "/o/{token}", Public, public::offer)
        .on(Post, "/o/{token}/accept", Public, public::accept)
        .on(Post, "/o/{token}/decline", Public, public::decline)
        .on(Get, "/o/{token}/pdf", Public, papers::public_offer)
        .on(Get, "/s/{token}", Public, public::survey)
        .on(Post, "/s/{token}", Public, public::rate)
        .on(Get, "/demo/landing", Public, landing::index)
        .on(Get, "/demo/landing/services", Public, landing::services);
    let application = Table::default()
        .on(Get, "/live", SignedIn, live::stream)
        .on(Post, "/logout", Public, session::sign_out)
        .on(Get, "/login/code", Public, second_factor::step)
        .on(Post, "/login/code", Public, second_factor::take_step)
        .on(Get, "/login/sso", Public, sso::set_out)
        .on(Get, "/login/sso/callback", Public, sso::come_back)
        .on(Get, "/profile/second-factor", SignedIn, second_factor::show)
        .on(Post, "/profile/second-factor/begin", SignedIn, second_factor::begin)
        .on(Post, "/profile/second-factor/confirm", SignedIn, second_factor::confirm)
        .on(Post, "/profile/second-factor/codes", SignedIn, second_factor::renew_codes)
        .on(Post, "/profile/second-factor/off", SignedIn, second_factor::turn_off)
        .on(Get, "/offers/{id}/pdf", SignedIn, papers::offer)
        .on(Get, "/acts/{id}/pdf", SignedIn, papers::act)
        .on(Get, "/analytics/funnel.csv", SignedIn, reports::funnel)
        .on(Get, "/analytics/pipe.csv", SignedIn, reports::pipe)
        .on(Get, "/leads/{id}/data", SignedIn, person::of_lead)
        .on(Get, "/contacts/{id}/data", SignedIn, person::of_contact)
        .on(Get, "/process/{id}/bpmn", SignedIn, bpmn::export)
        .on(Post, "/process/import", SignedIn, bpmn::import);
    let files = Table::default()
        .on(Get, "/pkg/{*name}", Public, assets::package)
        .on(Get, "/icons.svg", Public, assets::stable("icons.svg"))
        .on(Get, "/favicon.svg", Public, assets::stable("favicon.svg"))
        // Browsers ask for it from pages that name no icon, such as the demo site.
        .on(Get, "/favicon.ico", Public, assets::stable("favicon.svg"))
        .on(Get, "/widget.js", Public, assets::stable("widget.js"));
    let health =
        Table::default().on(Get, "/healthz", Public, health::alive).on(Get, "/readyz", Public, health::ready);
    Tables { open, application: pages::routes(application, manifest), files, health }
}

/// Every route that the binary answers, by path.
pub fn listed() -> Vec<Route> {
    let Tables { open, application, files, health } = tables(&Manifest::default());
    let mut routes: Vec<Route> =
        [open, application, files, health].into_iter().flat_map(|table| table.listed).collect();
    routes.sort_by(|a, b| (&a.path, a.verb).cmp(&(&b.path, b.verb)));
    routes
}
