//! From a file to the change that it means.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::Drawing;
use crate::Label;
use crate::id::{CheckItemId, StageId};
use crate::pipeline::{Pipeline, Requirement, SavePipeline, Stage, StageKind};

impl Drawing {
    /// The change that makes `target` what the file says, or a new pipeline of it.
    ///
    /// Stages that the target has stay the stages they are, with their deals: won and lost by what they are, others by their id or,
    /// drawn elsewhere, by their name. So do items of checklists. Everything else gets an id from `fresh`. A file that says which
    /// version of the target it was made of is a change of that version.
    pub fn onto(self, target: Option<&Pipeline>, mut fresh: impl FnMut() -> Uuid) -> SavePipeline {
        let stages = stages(&self.stages, target, &mut fresh);
        let items = items(&self.stages, target, &stages, &mut fresh);
        let version = match target {
            Some(target) if self.id == Some(target.id) => self.version.unwrap_or(target.version),
            Some(target) => target.version,
            None => 0,
        };
        SavePipeline {
            id: target.map(|target| target.id),
            version,
            name: self.name,
            retired: self.retired,
            stages: self.stages.into_iter().map(|stage| renamed(stage, &stages, &items)).collect(),
            moves: Vec::new(),
        }
    }
}

/// What each stage of the file is called from now on.
fn stages(
    drawn: &[Stage],
    target: Option<&Pipeline>,
    fresh: &mut impl FnMut() -> Uuid,
) -> HashMap<StageId, StageId> {
    let mut ids: HashMap<StageId, StageId> = HashMap::new();
    let mut taken: HashSet<StageId> = HashSet::new();
    if let Some(target) = target {
        for stage in drawn {
            let known = match stage.kind {
                StageKind::Open => target.stage(stage.id).filter(|known| known.kind == StageKind::Open),
                closed => target.of_kind(closed),
            };
            if let Some(known) = known
                && taken.insert(known.id)
            {
                ids.insert(stage.id, known.id);
            }
        }
        for stage in drawn {
            if ids.contains_key(&stage.id) {
                continue;
            }
            let alike = |known: &&Stage| !taken.contains(&known.id) && same(&known.name, &stage.name);
            if let Some(known) = target.open_stages().find(alike) {
                taken.insert(known.id);
                ids.insert(stage.id, known.id);
            }
        }
    }
    for stage in drawn {
        ids.entry(stage.id).or_insert_with(|| StageId(fresh()));
    }
    ids
}

/// The same for the items of checklists.
fn items(
    drawn: &[Stage],
    target: Option<&Pipeline>,
    stages: &HashMap<StageId, StageId>,
    fresh: &mut impl FnMut() -> Uuid,
) -> HashMap<CheckItemId, CheckItemId> {
    let mut taken: HashSet<CheckItemId> = drawn
        .iter()
        .flat_map(|stage| &stage.about.checklist)
        .map(|item| item.id)
        .filter(|id| target.is_some_and(|target| target.check_item(*id).is_some()))
        .collect();
    let mut ids: HashMap<CheckItemId, CheckItemId> = taken.iter().map(|id| (*id, *id)).collect();
    for stage in drawn {
        let before = target.and_then(|target| target.stage(*stages.get(&stage.id)?));
        for item in &stage.about.checklist {
            if ids.contains_key(&item.id) {
                continue;
            }
            let known = before.into_iter().flat_map(|before| &before.about.checklist);
            let alike = known
                .map(|known| (known.id, &known.text))
                .find(|(id, text)| !taken.contains(id) && same(text, &item.text));
            let id = alike.map_or_else(|| CheckItemId(fresh()), |(id, _)| id);
            taken.insert(id);
            ids.insert(item.id, id);
        }
    }
    ids
}

/// Whether two texts are the same in some language.
fn same(one: &Label, other: &Label) -> bool {
    (!one.en.is_empty() && one.en == other.en) || (!one.ru.is_empty() && one.ru == other.ru)
}

fn renamed(
    mut stage: Stage,
    stages: &HashMap<StageId, StageId>,
    items: &HashMap<CheckItemId, CheckItemId>,
) -> Stage {
    let stage_id = |id: StageId| stages.get(&id).copied().unwrap_or(id);
    let item_id = |id: CheckItemId| items.get(&id).copied().unwrap_or(id);
    stage.id = stage_id(stage.id);
    stage.parent = stage.parent.map(stage_id);
    let about = &mut stage.about;
    for item in &mut about.checklist {
        item.id = item_id(item.id);
    }
    for requirement in about.enter.iter_mut().chain(&mut about.leave) {
        if let Requirement::Item(id) = requirement {
            *id = item_id(*id);
        }
    }
    stage
}
