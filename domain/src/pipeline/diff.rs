//! What is different between two states of a pipeline, for people to read.

use super::map::Side;
use super::{CheckItem, Pipeline, Requirement, Stage, StageTask};
use crate::Label;
use crate::access::Role;
use crate::id::{StageId, TeamId};

/// One difference between a pipeline as it was and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference<'a> {
    Name(&'a Label, &'a Label),
    /// Whether it is retired now.
    Retired(bool),
    Added(&'a Stage),
    Gone(&'a Stage),
    /// A stage, as it is now, that was there before and is not the same.
    Stage(&'a Stage, Change<'a>),
}

/// What changed about a stage, as it was and as it is. Its kind never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    Name(&'a Label, &'a Label),
    /// It stands behind that stage now, `None`: before all others; among those that are parts of the same.
    Moved(Option<&'a Stage>),
    /// What it is a part of.
    Parent(Option<&'a Stage>, Option<&'a Stage>),
    Probability(i32, i32),
    Limit(Option<i32>, Option<i32>),
    Description(&'a Label, &'a Label),
    Script(&'a Label, &'a Label),
    Hue(Option<u16>, Option<u16>),
    Role(Option<Role>, Option<Role>),
    Team(Option<TeamId>, Option<TeamId>),
    Task(Edit<'a, StageTask>),
    Item(Edit<'a, CheckItem>),
    Asked(Side, Edit<'a, Requirement>),
}

/// What changed about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit<'a, T> {
    Added(&'a T),
    Removed(&'a T),
    Changed(&'a T, &'a T),
    /// What stays stands in another order.
    Reordered,
}

/// What is different: the pipeline itself first, then its stages as they stand now, then those that are gone.
pub fn diff<'a>(before: &'a Pipeline, after: &'a Pipeline) -> Vec<Difference<'a>> {
    let mut all = Vec::new();
    if before.name != after.name {
        all.push(Difference::Name(&before.name, &after.name));
    }
    if before.retired != after.retired {
        all.push(Difference::Retired(after.retired));
    }
    let moved = moved(before, after);
    for stage in &after.stages {
        let Some(old) = before.stage(stage.id) else {
            all.push(Difference::Added(stage));
            continue;
        };
        let mut changes = changes((before, old), (after, stage));
        if moved.contains(&stage.id) {
            changes.push(Change::Moved(in_front_of(after, stage)));
        }
        all.extend(changes.into_iter().map(|change| Difference::Stage(stage, change)));
    }
    all.extend(before.stages.iter().filter(|old| after.stage(old.id).is_none()).map(Difference::Gone));
    all
}

/// The fewest stages that have to be moved to get from one order to the other. Parts move with what they are parts of, so each is
/// compared with the other parts of the same alone; a stage that is a part of something else now has not moved besides.
fn moved(before: &Pipeline, after: &Pipeline) -> Vec<StageId> {
    let mut moved = Vec::new();
    let mut parents: Vec<Option<StageId>> = vec![None];
    parents.extend(after.stages.iter().map(|stage| Some(stage.id)));
    for parent in parents {
        let of = |one: &Pipeline, other: &Pipeline| -> Vec<StageId> {
            let is_part = |stage: &&Stage| {
                stage.parent == parent && other.stage(stage.id).is_some_and(|same| same.parent == parent)
            };
            one.stages.iter().filter(is_part).map(|stage| stage.id).collect()
        };
        let (old, new) = (of(before, after), of(after, before));
        let kept = in_order(&old, &new);
        let is_kept = |place: usize| kept.iter().any(|(_, kept)| *kept == place);
        moved.extend(new.iter().enumerate().filter(|(place, _)| !is_kept(*place)).map(|(_, id)| *id));
    }
    moved
}

/// The last part of the same before `stage`.
fn in_front_of<'a>(pipeline: &'a Pipeline, stage: &Stage) -> Option<&'a Stage> {
    let earlier = pipeline.stages.iter().take_while(|other| other.id != stage.id);
    earlier.filter(|other| other.parent == stage.parent).last()
}

fn changes<'a>(
    (before, old): (&'a Pipeline, &'a Stage),
    (after, new): (&'a Pipeline, &'a Stage),
) -> Vec<Change<'a>> {
    let mut all = Vec::new();
    if old.name != new.name {
        all.push(Change::Name(&old.name, &new.name));
    }
    if old.parent != new.parent {
        let named = |pipeline: &'a Pipeline, id: Option<StageId>| id.and_then(|id| pipeline.stage(id));
        all.push(Change::Parent(named(before, old.parent), named(after, new.parent)));
    }
    if old.probability != new.probability {
        all.push(Change::Probability(old.probability, new.probability));
    }
    if old.limit_days != new.limit_days {
        all.push(Change::Limit(old.limit_days, new.limit_days));
    }
    let (old, new) = (&old.about, &new.about);
    if old.description != new.description {
        all.push(Change::Description(&old.description, &new.description));
    }
    if old.script != new.script {
        all.push(Change::Script(&old.script, &new.script));
    }
    if old.hue != new.hue {
        all.push(Change::Hue(old.hue, new.hue));
    }
    if old.role != new.role {
        all.push(Change::Role(old.role, new.role));
    }
    if old.team != new.team {
        all.push(Change::Team(old.team, new.team));
    }
    all.extend(tasks(&old.tasks, &new.tasks).into_iter().map(Change::Task));
    all.extend(edits(&old.checklist, &new.checklist, |item| item.id).into_iter().map(Change::Item));
    for (side, old, new) in [(Side::Enter, &old.enter, &new.enter), (Side::Leave, &old.leave, &new.leave)] {
        let asked = edits(old, new, |requirement| *requirement);
        all.extend(asked.into_iter().map(|edit| Change::Asked(side, edit)));
    }
    all
}

/// Tasks have no ids: what went and what came are the same task with other words, as long as there is one of each.
fn tasks<'a>(old: &'a [StageTask], new: &'a [StageTask]) -> Vec<Edit<'a, StageTask>> {
    let (mut gone, mut come, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for edit in edits(old, new, StageTask::clone) {
        match edit {
            Edit::Removed(task) => gone.push(task),
            Edit::Added(task) => come.push(task),
            other => all.push(other),
        }
    }
    let pairs = gone.len().min(come.len());
    let (left, added) = (gone.split_off(pairs), come.split_off(pairs));
    all.extend(gone.into_iter().zip(come).map(|(old, new)| Edit::Changed(old, new)));
    all.extend(left.into_iter().map(Edit::Removed));
    all.extend(added.into_iter().map(Edit::Added));
    all
}

/// What changed about a list whose parts are the same ones by `key`.
fn edits<'a, T: PartialEq, K: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    key: impl Fn(&T) -> K,
) -> Vec<Edit<'a, T>> {
    let (old_keys, new_keys): (Vec<K>, Vec<K>) =
        (old.iter().map(&key).collect(), new.iter().map(&key).collect());
    let mut same = in_order(&old_keys, &new_keys);
    let in_place = same.len();
    // What is left over on both sides only stands elsewhere.
    for (at, wanted) in old_keys.iter().enumerate() {
        if same.iter().any(|(place, _)| *place == at) {
            continue;
        }
        let is_free = |place: usize| same.iter().all(|(_, taken)| *taken != place);
        let place = (0..new_keys.len()).find(|place| new_keys[*place] == *wanted && is_free(*place));
        same.extend(place.map(|place| (at, place)));
    }
    let mut all = Vec::new();
    if same.len() > in_place {
        all.push(Edit::Reordered);
    }
    let is_old = |at: usize| same.iter().any(|(place, _)| *place == at);
    let is_new = |at: usize| same.iter().any(|(_, place)| *place == at);
    all.extend(old.iter().enumerate().filter(|(at, _)| !is_old(*at)).map(|(_, one)| Edit::Removed(one)));
    all.extend(new.iter().enumerate().filter(|(at, _)| !is_new(*at)).map(|(_, one)| Edit::Added(one)));
    let pairs = same.iter().map(|(was, is)| (&old[*was], &new[*is]));
    all.extend(pairs.filter(|(was, is)| was != is).map(|(was, is)| Edit::Changed(was, is)));
    all
}

/// The most that stands in the same order in both: pairs of places.
fn in_order<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    // How much that is of what stands from these two places on.
    let mut most = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (at, one) in old.iter().enumerate().rev() {
        for (place, other) in new.iter().enumerate().rev() {
            most[at][place] = if one == other {
                most[at + 1][place + 1] + 1
            } else {
                most[at + 1][place].max(most[at][place + 1])
            };
        }
    }
    let (mut at, mut place, mut pairs) = (0, 0, Vec::new());
    while at < old.len() && place < new.len() {
        if old[at] == new[place] {
            pairs.push((at, place));
            (at, place) = (at + 1, place + 1);
        } else if most[at + 1][place] >= most[at][place + 1] {
            at += 1;
        } else {
            place += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
