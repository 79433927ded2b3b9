//! The one way through a process: from the start through every stage to winning, and from any stage to losing.

use std::collections::HashMap;

use super::extension::Sketch;
use super::{Remark, What};
use crate::pipeline::StageKind;

/// A stage, or where deals begin.
pub(super) struct Place {
    pub(super) id: String,
    pub(super) line: usize,
    /// The flow that goes on.
    pub(super) default: Option<String>,
    /// `None`: where deals begin.
    pub(super) sketch: Option<Sketch>,
}

impl Place {
    fn kind(&self) -> Option<StageKind> {
        self.sketch.as_ref().map(|sketch| sketch.stage.kind)
    }
}

pub(super) struct Flow {
    pub(super) id: String,
    pub(super) line: usize,
    pub(super) from: String,
    pub(super) to: String,
    /// Whether deals go here only when they are lost.
    pub(super) lost: bool,
}

/// The stages by their place in `places`: open ones in their order, won, lost. Or what is not on the way.
pub(super) fn order(
    places: &[Place],
    flows: &[Flow],
    line: usize,
    process: &str,
) -> Result<Vec<usize>, Vec<Remark>> {
    let mut remarks = Vec::new();
    let mut one = |kind: Option<StageKind>, name: &str| {
        let mut known = (0..places.len()).filter(|at| places[*at].kind() == kind);
        let first = known.next();
        if first.is_none() {
            let what = What::Missing { element: process.to_owned(), name: name.to_owned() };
            remarks.push(Remark { line, what });
        }
        for again in known {
            let name = places[again].id.clone();
            remarks.push(Remark { line: places[again].line, what: What::Repeated { name } });
        }
        first
    };
    let start = one(None, "startEvent");
    let won = one(Some(StageKind::Won), "endEvent millrace:kind=\"won\"");
    let lost = one(Some(StageKind::Lost), "endEvent millrace:kind=\"lost\"");
    let (Some(start), Some(won), Some(lost), true) = (start, won, lost, remarks.is_empty()) else {
        return Err(remarks);
    };

    let on = ways_on(places, flows, lost)?;
    let mut order = Vec::with_capacity(places.len());
    let mut seen = vec![false; places.len()];
    let mut here = start;
    seen[here] = true;
    while here != won {
        let Some((flow, next)) = on[here] else {
            let what = What::Missing { element: places[here].id.clone(), name: "outgoing".to_owned() };
            return Err(vec![Remark { line: places[here].line, what }]);
        };
        if seen[next] {
            return Err(vec![aside(flow)]);
        }
        seen[next] = true;
        order.push(next);
        here = next;
    }
    let unreached =
        places.iter().zip(&seen).filter(|(place, seen)| !**seen && place.kind() != Some(StageKind::Lost));
    let remarks: Vec<Remark> = unreached
        .map(|(place, _)| Remark { line: place.line, what: What::Unreached { name: place.id.clone() } })
        .collect();
    order.push(lost);
    if remarks.is_empty() { Ok(order) } else { Err(remarks) }
}

/// Of each place: by which flow it goes on, and where to.
type Onward<'a> = Vec<Option<(&'a Flow, usize)>>;

/// Where each place goes on to, and by which flow. Every flow is one of these or a way to losing.
fn ways_on<'a>(places: &[Place], flows: &'a [Flow], lost: usize) -> Result<Onward<'a>, Vec<Remark>> {
    let known: HashMap<&str, usize> =
        places.iter().enumerate().map(|(at, place)| (place.id.as_str(), at)).collect();
    let mut remarks = Vec::new();
    let mut on: Onward<'_> = vec![None; places.len()];
    let mut given_up = vec![false; places.len()];
    for flow in flows {
        let end = |id: &String| {
            let name = id.clone();
            known.get(id.as_str()).copied().ok_or(Remark { line: flow.line, what: What::Unresolved { name } })
        };
        let (from, to) = match (end(&flow.from), end(&flow.to)) {
            (Ok(from), Ok(to)) => (from, to),
            (from, to) => {
                remarks.extend(from.err().into_iter().chain(to.err()));
                continue;
            }
        };
        let is_open = places[from].kind() == Some(StageKind::Open);
        let is_default = places[from].default.as_ref() == Some(&flow.id);
        if to == lost {
            if !is_open || is_default || given_up[from] {
                remarks.push(aside(flow));
            }
            given_up[from] = true;
        } else if flow.lost || on[from].is_some() || !(is_open || places[from].kind().is_none()) {
            remarks.push(aside(flow));
        } else {
            on[from] = Some((flow, to));
        }
    }
    if !remarks.is_empty() {
        return Err(remarks);
    }
    for (place, on) in places.iter().zip(&on) {
        if let Some(default) = &place.default
            && on.is_none_or(|(flow, _)| flow.id != *default)
        {
            remarks.push(Remark { line: place.line, what: What::Unresolved { name: default.clone() } });
        }
    }
    if remarks.is_empty() { Ok(on) } else { Err(remarks) }
}

fn aside(flow: &Flow) -> Remark {
    Remark { line: flow.line, what: What::Aside { name: flow.id.clone() } }
}
