//! Leads moved over their board. A status is nothing that somebody sets: where a lead is dropped, the dialog opens that asks for what
//! brings it there.

use domain::access::{Action, Actor, Entity, can};
use domain::id::LeadId;
use domain::lead::{Conversion, LeadColumn, LeadRow, LeadStatus, LeadStep};
use domain::{Lang, Problem, Refusal};
use leptos::prelude::*;

use super::api::{self, LeadPage};
use super::state::status;
use crate::ctx::use_me;
use crate::dragging::{By, Grip, Held};
use crate::fail::{Answer, Fail};
use crate::ui::toast::{Toast, use_toast};

/// What is asked about a lead, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub page: LeadPage,
    pub step: LeadStep,
}

/// The hand over the board.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    pub grip: Grip,
    pub asked: RwSignal<Option<Asked>>,
    /// Whether its dialog is open.
    pub open: RwSignal<bool>,
    /// What is proposed to the one who converts.
    pub proposal: Resource<Option<Answer<Conversion>>>,
    /// Counts what a dialog saved, and what was found to be otherwise: the board is read again.
    pub saved: RwSignal<u32>,
    /// The lead that is being looked up.
    busy: RwSignal<Option<LeadId>>,
    /// The lead that was asked about, and where it stood.
    watched: StoredValue<Option<(LeadId, LeadStatus)>>,
    columns: StoredValue<Vec<LeadColumn>>,
    actor: StoredValue<Option<Actor>>,
    toast: Toast,
    lang: Lang,
}

impl Hand {
    pub fn new(lang: Lang) -> Self {
        let asked = RwSignal::new(None::<Asked>);
        let converting = Memo::new(move |_| {
            asked.with(|asked| {
                let asked = asked.as_ref().filter(|asked| asked.step == LeadStep::Convert)?;
                Some((asked.page.lead.id, asked.page.lead.version))
            })
        });
        let proposal = Resource::new(
            move || converting.get(),
            |converting| async move {
                match converting {
                    Some((id, _)) => Some(api::propose(id.to_string()).await),
                    None => None,
                }
            },
        );
        Hand {
            grip: Grip::new(lang),
            asked,
            open: RwSignal::new(false),
            proposal,
            saved: RwSignal::new(0),
            busy: RwSignal::new(None),
            watched: StoredValue::new(None),
            columns: StoredValue::new(Vec::new()),
            actor: StoredValue::new(use_me().map(|me| me.actor())),
            toast: use_toast(),
            lang,
        }
    }

    /// Whether the reader may move any leads.
    pub fn may_move(self) -> bool {
        self.actor.with_value(|actor| {
            actor.as_ref().is_some_and(|actor| actor.reaches(Action::Write, Entity::Lead))
        })
    }

    /// Keeps the columns as they are shown now, and says where the lead is that was asked about.
    pub fn show(self, columns: &[LeadColumn]) {
        let names = LeadStatus::ALL.map(|code| (code.code().to_owned(), status(self.lang, code)));
        self.grip.columns.set_value(names.into());
        self.columns.set_value(columns.to_vec());
        if let Some((id, before)) = self.watched.get_value().filter(|_| !self.open.get_untracked())
            && let Some(lead) = self.find(id).filter(|lead| lead.status != before)
        {
            self.watched.set_value(None);
            let stage = status(self.lang, lead.status);
            self.grip.said.set(tr!(self.lang, leads.moved, title = lead.name, stage = stage));
        }
    }

    fn find(self, id: LeadId) -> Option<LeadRow> {
        self.columns.with_value(|columns| {
            columns.iter().flat_map(|column| &column.rows).find(|row| row.id == id).cloned()
        })
    }

    pub fn is_busy(self, id: LeadId) -> bool {
        self.busy.get() == Some(id)
    }

    /// Why the held card can surely not be dropped on the column.
    pub fn refusal_over(self, to: LeadStatus) -> Option<String> {
        let from = self.grip.origin_over(to.code()).and_then(|code| LeadStatus::from_code(&code))?;
        (from != to && from.step(to).is_none()).then(|| no_way(self.lang, from, to))
    }

    /// Picks a card up.
    pub fn lift(self, id: LeadId, by: By) {
        let idle = self.busy.with_untracked(Option::is_none) && self.may_move();
        if let Some(lead) = self.find(id).filter(|_| idle) {
            let from = lead.status.code().to_owned();
            let over = from.clone();
            let (title, client, figure) = (lead.name, lead.company, lead.channel);
            self.grip.take(Held { card: id.0, title, client, figure, from, over }, by);
        }
    }

    /// Lets the card go over the column it is over.
    pub fn drop(self) {
        let Some(held) = self.grip.let_go() else { return };
        if let Some(to) = LeadStatus::from_code(&held.over) {
            self.propose(LeadId(held.card), to);
        }
    }

    /// Asks for what brings a lead into another column, of the lead as it is now: the card may be old.
    pub fn propose(self, id: LeadId, to: LeadStatus) {
        let Some(lead) = self.find(id) else { return };
        self.toast.hush();
        if lead.status.step(to).is_none() {
            return self.refuse(&lead, no_way(self.lang, lead.status, to));
        }
        self.busy.set(Some(id));
        leptos::task::spawn_local(async move {
            let page = api::show(id.to_string(), None).await;
            self.busy.set(None);
            match page {
                Ok(page) => self.ask(&lead, page, to),
                Err(fail) => self.refuse(&lead, crate::text::fail(self.lang, &fail)),
            }
        });
    }

    fn ask(self, card: &LeadRow, page: LeadPage, to: LeadStatus) {
        let (now, whose) = (page.lead.status, page.lead.whose);
        let may = self.actor.with_value(|actor| {
            actor.as_ref().is_some_and(|actor| can(actor, Action::Write, Entity::Lead, whose))
        });
        if now != card.status {
            // Somebody was faster: the board shows it.
            self.saved.update(|count| *count += 1);
        }
        match now.step(to) {
            _ if !may => self.refuse(card, crate::text::fail(self.lang, &Fail::Problem(Problem::Forbidden))),
            Some(step) => {
                self.watched.set_value(Some((card.id, now)));
                self.asked.set(Some(Asked { page, step }));
                self.open.set(true);
            }
            None if now == to => {}
            None => self.refuse(card, no_way(self.lang, now, to)),
        }
    }

    fn refuse(self, lead: &LeadRow, why: String) {
        let stage = status(self.lang, lead.status);
        let stays = tr!(self.lang, leads.went_back, title = lead.name.clone(), stage = stage);
        self.toast.say(format!("{stays} {why}"));
    }
}

/// Why nothing brings a lead from one column into the other.
fn no_way(lang: Lang, from: LeadStatus, to: LeadStatus) -> String {
    match (from, to) {
        (LeadStatus::Working, LeadStatus::New) => tr!(lang, leads.answered_already),
        (LeadStatus::Disqualified, _) => tr!(lang, leads.reopen_first),
        _ => crate::text::refusal(lang, &Refusal::LeadSettled),
    }
}
