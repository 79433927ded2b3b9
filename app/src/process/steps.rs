//! What the editor's buttons do to what is typed: the same with wasm and without. A button's step is `VERB:STAGE.LIST.ROW`:
//! `add`, `up:2`, `remove:2`, `add:2.tasks`, `down:2.tasks.0`, `restore:ID`.

use domain::pipeline::{CHECKLIST, Pipeline, REQUIREMENTS, STAGES, StageKind, TASKS};

use super::typed::{NEW, ON, TypedItem, TypedPipeline, TypedStage, TypedTask};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    pub typed: TypedPipeline,
    pub done: Done,
}

/// What is told to those who do not see it, and where the work goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Nothing,
    /// The part that came, by its place (`2`, `2.tasks.0`).
    Added(String),
    /// The part that moved, by its new place; which one of how many it is now.
    Moved(String, usize, usize),
    /// The list that lost a part: empty for the stages, else `2.tasks`.
    Removed(String),
}

impl TypedPipeline {
    /// Presses the button that `step` names. `saved` is the pipeline in force.
    #[must_use]
    pub fn stepped(mut self, saved: Option<&Pipeline>) -> Stepped {
        let step = std::mem::take(&mut self.step);
        let (verb, place) = step.split_once(':').unwrap_or((step.as_str(), ""));
        let part = |n| place.split('.').nth(n);
        let number = |n| part(n).and_then(|part| part.parse::<usize>().ok());
        let at = number(0).filter(|at| *at < self.stages.len());
        let done = match (verb, at, part(1)) {
            ("add", None, None) => self.add_stage(),
            ("restore", None, None) => self.restore(place, saved),
            ("up" | "down", Some(at), None) => self.shift_stage(at, verb == "up"),
            ("remove", Some(at), None) => self.remove_stage(at),
            (_, Some(at), Some(list)) => {
                let fresh = self.free();
                self.stages[at].step(verb, at, list, number(2), fresh)
            }
            _ => Done::Nothing,
        };
        self.tidy();
        Stepped { typed: self, done }
    }

    /// Before the stages that close a deal.
    fn add_stage(&mut self) -> Done {
        let at = self.stages.iter().take_while(|stage| stage.is_open()).count();
        if self.stages.len() >= STAGES {
            return Done::Nothing;
        }
        let stage = TypedStage::fresh(self.free(), StageKind::Open);
        // As likely to be won as where one comes from.
        let probability = at.checked_sub(1).and_then(|last| self.stages.get(last));
        let probability = probability.map_or_else(|| "50".to_owned(), |last| last.probability.clone());
        self.stages.insert(at, TypedStage { probability, ..stage });
        Done::Added(at.to_string())
    }

    /// Brings back a stage that was taken out, to where it stood.
    fn restore(&mut self, id: &str, saved: Option<&Pipeline>) -> Done {
        let Some(saved) = saved else { return Done::Nothing };
        let gone = self.gone(saved).into_iter().find(|stage| stage.id.to_string() == id);
        let Some(stage) = gone else { return Done::Nothing };
        let before = saved.stages.iter().take_while(|other| other.id != stage.id);
        let before: Vec<String> = before.map(|other| other.id.to_string()).collect();
        let behind = self.stages.iter().rposition(|other| other.is_open() && before.contains(&other.id));
        let at = behind.map_or(0, |behind| behind + 1);
        self.stages.insert(at, TypedStage { open: ON.to_owned(), ..TypedStage::of(stage) });
        *self = std::mem::take(self).ordered();
        let at = self.stages.iter().position(|stage| stage.id == id).unwrap_or(at);
        Done::Added(at.to_string())
    }

    /// What was a part of it becomes a part of what it was a part of.
    fn remove_stage(&mut self, at: usize) -> Done {
        if !self.stages[at].is_open() {
            return Done::Nothing;
        }
        let gone = self.stages.remove(at);
        for stage in self.stages.iter_mut().filter(|stage| stage.parent == gone.id) {
            stage.parent.clone_from(&gone.parent);
        }
        Done::Removed(String::new())
    }

    /// Where a stage and what is a part of it end.
    fn end(&self, at: usize) -> usize {
        let mut inside = vec![self.stages[at].id.as_str()];
        let mut end = at + 1;
        while let Some(stage) = self.stages.get(end).filter(|stage| inside.contains(&stage.parent.as_str())) {
            inside.push(&stage.id);
            end += 1;
        }
        end
    }

    /// Where the neighbour begins that it would change places with: both with their parts, both parts of the same.
    fn neighbour(&self, at: usize, up: bool) -> Option<usize> {
        let stage = self.stages.get(at).filter(|stage| stage.is_open())?;
        let other = if up {
            (0..at)
                .rev()
                .find(|other| self.stages[*other].parent == stage.parent && self.end(*other) == at)?
        } else {
            self.end(at)
        };
        let fits = |other: &&TypedStage| other.is_open() && other.parent == stage.parent;
        self.stages.get(other).filter(fits).map(|_| other)
    }

    /// Whether there is somewhere to move it.
    pub fn moves_on(&self, at: usize, up: bool) -> bool {
        self.neighbour(at, up).is_some()
    }

    fn shift_stage(&mut self, at: usize, up: bool) -> Done {
        let Some(other) = self.neighbour(at, up) else { return Done::Nothing };
        let to = if up {
            let end = self.end(at);
            self.stages[other..end].rotate_left(at - other);
            other
        } else {
            let end = self.end(other);
            self.stages[at..end].rotate_left(other - at);
            at + end - other
        };
        Done::Moved(to.to_string(), to + 1, self.stages.len())
    }

    /// The same with every stage behind what it is a part of. Stages in a circle stay last among the open ones: that is told on
    /// saving.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        let (open, closed): (Vec<TypedStage>, Vec<TypedStage>) =
            std::mem::take(&mut self.stages).into_iter().partition(TypedStage::is_open);
        let is_root = |stage: &TypedStage| !open.iter().any(|other| other.id == stage.parent);
        let mut order: Vec<usize> = Vec::with_capacity(open.len());
        // Those that wait for their turn, the next one last.
        let mut waiting: Vec<usize> = (0..open.len()).rev().filter(|at| is_root(&open[*at])).collect();
        while let Some(at) = waiting.pop() {
            order.push(at);
            let parts = (0..open.len()).rev().filter(|part| open[*part].parent == open[at].id);
            waiting.extend(parts.filter(|part| !order.contains(part)));
        }
        let rest: Vec<usize> = (0..open.len()).filter(|at| !order.contains(at)).collect();
        let mut open: Vec<Option<TypedStage>> = open.into_iter().map(Some).collect();
        let sorted = order.into_iter().chain(rest).filter_map(|at| open[at].take());
        self.stages = sorted.chain(closed).collect();
        self
    }

    /// The same to be saved over `present`, which somebody saved meanwhile: stages that they took out come back as new ones.
    #[must_use]
    pub fn over(mut self, present: &Pipeline) -> Self {
        self.version = present.version.to_string();
        let is_known =
            |id: &str| id.starts_with(NEW) || present.stages.iter().any(|stage| stage.id.to_string() == id);
        let lost: Vec<String> =
            self.stages.iter().map(|stage| stage.id.clone()).filter(|id| !is_known(id)).collect();
        for old in lost {
            let new = self.free();
            let moves = self.moves.iter_mut().map(|one| &mut one.to);
            let places = self.stages.iter_mut().flat_map(|stage| [&mut stage.id, &mut stage.parent]);
            places.chain(moves).filter(|id| **id == old).for_each(|id| id.clone_from(&new));
        }
        self
    }

    /// Nothing is a part of a stage that is not there, or asks for an item that no checklist has.
    fn tidy(&mut self) {
        let items: Vec<String> = self.items().map(|item| format!("item.{}", item.id)).collect();
        let stages: Vec<String> = self.stages.iter().map(|stage| stage.id.clone()).collect();
        for stage in &mut self.stages {
            if !stages.contains(&stage.parent) {
                stage.parent.clear();
            }
            for list in [&mut stage.enter, &mut stage.leave] {
                list.retain(|code| !code.starts_with("item.") || items.contains(code));
            }
        }
    }
}

impl TypedStage {
    /// A step in one of its lists; `at` is its own place, `fresh` an id for what is new.
    fn step(&mut self, verb: &str, at: usize, list: &str, row: Option<usize>, fresh: String) -> Done {
        self.open = ON.to_owned();
        let place = format!("{at}.{list}");
        match list {
            "tasks" => in_list(&mut self.tasks, verb, row, place, TASKS, Some(TypedTask::fresh())),
            "checklist" => {
                let item = TypedItem { id: fresh, ..TypedItem::default() };
                in_list(&mut self.checklist, verb, row, place, CHECKLIST, Some(item))
            }
            "enter" => {
                let wish = wish(&mut self.wish_enter, &self.enter);
                in_list(&mut self.enter, verb, row, place, REQUIREMENTS, wish)
            }
            "leave" => {
                let wish = wish(&mut self.wish_leave, &self.leave);
                in_list(&mut self.leave, verb, row, place, REQUIREMENTS, wish)
            }
            _ => Done::Nothing,
        }
    }
}

/// What is chosen beside a list of requirements, unless it stands there already.
fn wish(chosen: &mut String, list: &[String]) -> Option<String> {
    let chosen = std::mem::take(chosen);
    let known = domain::pipeline::Requirement::from_code(&chosen).is_some()
        || chosen.strip_prefix("item.").is_some_and(|id| id.starts_with(NEW));
    Some(chosen).filter(|chosen| known && !list.contains(chosen))
}

fn in_list<T>(
    list: &mut Vec<T>,
    verb: &str,
    row: Option<usize>,
    place: String,
    max: usize,
    new: Option<T>,
) -> Done {
    match (verb, row, new) {
        ("add", None, Some(new)) if list.len() < max => {
            list.push(new);
            Done::Added(format!("{place}.{}", list.len() - 1))
        }
        ("remove", Some(row), _) if row < list.len() => {
            list.remove(row);
            Done::Removed(place)
        }
        ("up", Some(row), _) if row > 0 && row < list.len() => {
            list.swap(row - 1, row);
            Done::Moved(format!("{place}.{}", row - 1), row, list.len())
        }
        ("down", Some(row), _) if row + 1 < list.len() => {
            list.swap(row, row + 1);
            Done::Moved(format!("{place}.{}", row + 1), row + 2, list.len())
        }
        _ => Done::Nothing,
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
