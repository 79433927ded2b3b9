//! What both drawings of the pipe show: its stretches, who works in it, and where it drips.

use std::collections::BTreeMap;

use domain::Lang;
use domain::id::{StageId, UserId};
use domain::pipe::{LeakKind, Pipe, Spot};

use super::records::{Records, Whose};
use super::words::{self, share, sums};

/// Managers that are drawn; the table has all of them.
const DRAWN: usize = 12;
/// Channels that flow in by their names.
const INLETS: usize = 4;

/// A stretch of the pipe: the first contact, or an open stage.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// `None`: the first contact.
    pub(super) stage: Option<StageId>,
    pub(super) name: String,
    pub(super) came: u64,
    pub(super) went_on: u64,
    pub(super) here: u64,
    pub(super) lost: u64,
    pub(super) sums: String,
    pub(super) stay: String,
    /// Percent that reached the next stretch, or were won.
    pub(super) conversion: Option<u64>,
    /// Where it leaks, most deals first.
    pub(super) drops: Vec<Drip>,
}

/// Deals that leaked at one place in one way.
#[derive(Debug, Clone)]
pub(super) struct Drip {
    pub(super) kind: LeakKind,
    pub(super) deals: u64,
    /// What it is, in words.
    pub(super) label: String,
    pub(super) href: String,
}

/// A manager's channel.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) work: String,
    pub(super) came: Vec<u64>,
    pub(super) straight: Option<u64>,
    pub(super) won: String,
    /// The largest leak of each stretch.
    pub(super) drops: Vec<Option<Drip>>,
}

#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) lang: Lang,
    pub(super) stretches: Vec<Stretch>,
    /// Channels with how many came by each.
    pub(super) inlets: Vec<(String, u64)>,
    pub(super) won: u64,
    pub(super) won_sums: String,
    pub(super) drops: u64,
    pub(super) rows: Vec<Row>,
    /// Managers that are not drawn.
    pub(super) more: usize,
}

impl Scene {
    pub(super) fn new(lang: Lang, pipe: &Pipe, records: &Records) -> Self {
        let mut stretches = stretches(lang, pipe);
        let names: BTreeMap<Option<StageId>, String> =
            stretches.iter().map(|stretch| (stretch.stage, stretch.name.clone())).collect();
        let told = |spot: &Spot, whose: Whose, name: Option<&str>| {
            let place = names.get(&spot.stage)?.clone();
            let (kind, n) = (words::kind(lang, spot.kind), spot.deals);
            let label = match name {
                Some(name) => tr!(lang, pipe.drop_of, name = name, kind = kind, place = place, n = n),
                None => tr!(lang, pipe.drop, kind = kind, place = place, n = n),
            };
            let href = records.leak(spot.kind, spot.stage, whose);
            Some(Drip { kind: spot.kind, deals: spot.deals, label, href })
        };
        for stretch in &mut stretches {
            let here = pipe.spots.iter().filter(|spot| spot.stage == stretch.stage);
            stretch.drops = here.filter_map(|spot| told(spot, Whose::All, None)).collect();
        }
        let has_leads = pipe.first_contact.is_some();
        let rows = pipe.managers.iter().take(DRAWN).map(|manager| {
            let owner: Option<UserId> = manager.person.as_ref().map(|person| person.id);
            let name = manager.person.as_ref().map(|person| person.name.clone());
            let name = name.unwrap_or_else(|| tr!(lang, pipe.nobody));
            let work = if has_leads {
                tr!(lang, pipe.of_leads_won, leads = manager.leads, won = manager.won)
            } else {
                tr!(lang, pipe.of_deals_won, deals = manager.run.deals, won = manager.won)
            };
            // Spots come with the most deals first.
            let largest = |stretch: &Stretch| {
                let spot = manager.spots.iter().find(|spot| spot.stage == stretch.stage)?;
                told(spot, Whose::Of(owner), Some(&name))
            };
            Row {
                came: has_leads.then_some(manager.leads).into_iter().chain(manager.reached.clone()).collect(),
                straight: manager.run.percent(),
                won: sums(lang, &manager.won_sums),
                drops: stretches.iter().map(largest).collect(),
                work,
                name,
            }
        });
        let rows = rows.collect();
        Scene {
            lang,
            inlets: inlets(lang, pipe),
            won: pipe.won,
            won_sums: sums(lang, &pipe.won_sums),
            drops: pipe.drops(),
            rows,
            more: pipe.managers.len().saturating_sub(DRAWN),
            stretches,
        }
    }

    pub(super) fn came(&self) -> Vec<u64> {
        self.stretches.iter().map(|stretch| stretch.came).collect()
    }

    /// The highest water.
    pub(super) fn most(&self) -> u64 {
        self.stretches.iter().map(|stretch| stretch.came).max().unwrap_or(0)
    }

    /// Won deals as a share of what came into the first stretch.
    pub(super) fn out_share(&self) -> Option<u64> {
        share(self.won, self.stretches.first().map_or(0, |stretch| stretch.came))
    }

    /// The message of the picture for those who do not see it.
    pub(super) fn about(&self) -> String {
        let lang = self.lang;
        let figure = |stretch: &Stretch| format!("{}: {}", stretch.name, stretch.came);
        let figures: Vec<String> = self.stretches.iter().map(figure).collect();
        let mut drops: Vec<&Drip> = self.stretches.iter().flat_map(|stretch| &stretch.drops).collect();
        drops.sort_by_key(|drop| std::cmp::Reverse(drop.deals));
        let largest: Vec<String> = drops.iter().take(3).map(|drop| drop.label.clone()).collect();
        let leaks = if largest.is_empty() { tr!(lang, pipe.no_drops) } else { largest.join("; ") };
        tr!(lang, pipe.picture_about, figures = figures.join(", "), won = self.won, leaks = leaks)
    }
}

/// The first contact, where leads come into this pipe, and the open stages; without their drops.
fn stretches(lang: Lang, pipe: &Pipe) -> Vec<Stretch> {
    let contact = pipe.first_contact.map(|contact| Stretch {
        stage: None,
        name: tr!(lang, pipe.first_contact),
        came: contact.leads,
        went_on: contact.converted,
        here: contact.here(),
        lost: contact.disqualified,
        sums: "—".to_owned(),
        stay: "—".to_owned(),
        conversion: None,
        drops: Vec::new(),
    });
    let stages = pipe.stages.iter().map(|stage| Stretch {
        stage: Some(stage.id),
        name: stage.name.get(lang).to_owned(),
        came: stage.reached,
        went_on: stage.went_on(),
        here: stage.here,
        lost: stage.lost,
        sums: sums(lang, &stage.sums),
        stay: words::length(lang, stage.stay),
        conversion: None,
        drops: Vec::new(),
    });
    let mut all: Vec<Stretch> = contact.into_iter().chain(stages).collect();
    let next: Vec<u64> = all.iter().skip(1).map(|stretch| stretch.came).chain([pipe.won]).collect();
    for (stretch, next) in all.iter_mut().zip(next) {
        stretch.conversion = share(next, stretch.came);
    }
    all
}

/// The largest channels; the rest together.
fn inlets(lang: Lang, pipe: &Pipe) -> Vec<(String, u64)> {
    let named = |(name, count): &(String, u64)| {
        (if name.is_empty() { tr!(lang, pipe.no_channel) } else { name.clone() }, *count)
    };
    if pipe.channels.len() <= INLETS {
        return pipe.channels.iter().map(named).collect();
    }
    let (first, rest) = pipe.channels.split_at(INLETS - 1);
    let others = (tr!(lang, pipe.others), rest.iter().map(|(_, count)| count).sum());
    first.iter().map(named).chain([others]).collect()
}
