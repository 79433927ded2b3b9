//! What the server does with a typed pipeline: makes it of a saved one, and reads it.

use std::collections::HashMap;

use domain::access::Role;
use domain::id::{CheckItemId, StageId};
use domain::input::Checks;
use domain::pipeline::{
    About, CheckItem, Pipeline, Requirement, SavePipeline, Stage, StageKind, StageTask, TaskTaker,
};
use domain::task::TaskKind;
use domain::{Fault, Label, Lang, Outcome, Problem};
use uuid::Uuid;

use super::typed::{NEW, ON, TypedItem, TypedPipeline, TypedStage, TypedTask, UNITS};

impl TypedPipeline {
    /// A pipeline as it is, as the editor shows it.
    pub fn of(pipeline: &Pipeline) -> Self {
        TypedPipeline {
            id: pipeline.id.to_string(),
            version: pipeline.version.to_string(),
            name: pipeline.name.en.clone(),
            name_ru: pipeline.name.ru.clone(),
            retired: ticked(pipeline.retired),
            stages: pipeline.stages.iter().map(TypedStage::of).collect(),
            moves: Vec::new(),
            step: String::new(),
        }
    }

    /// A pipeline to begin with: one stage, won and lost.
    pub fn fresh() -> Self {
        let stages = [
            (StageKind::Open, "10", [String::new(), String::new()]),
            (StageKind::Won, "100", Lang::ALL.map(|lang| tr!(lang, process.won))),
            (StageKind::Lost, "0", Lang::ALL.map(|lang| tr!(lang, process.lost))),
        ];
        let stage =
            |(number, (kind, probability, [name, name_ru])): (usize, (StageKind, &str, [String; 2]))| {
                let open = ticked(kind == StageKind::Open);
                let probability = probability.to_owned();
                TypedStage {
                    name,
                    name_ru,
                    probability,
                    open,
                    ..TypedStage::fresh(format!("{NEW}{number}"), kind)
                }
            };
        TypedPipeline { stages: (1..).zip(stages).map(stage).collect(), ..TypedPipeline::default() }
    }

    /// The pipeline that is meant; what is wrong with it only the store knows, except for what cannot be read at all.
    pub fn read(&self) -> Outcome<SavePipeline> {
        let id = match self.id.as_str() {
            "" => None,
            id => Some(id.parse()?),
        };
        let version = match id {
            None => 0,
            Some(_) => self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
        };
        let mut reading = Reading::default();
        let stages =
            self.stages.iter().enumerate().filter_map(|(index, stage)| reading.stage(index, stage)).collect();
        // Where nothing is chosen, nothing goes: the store says so where there are deals.
        let moves = self.moves.iter().filter(|typed| !typed.to.is_empty());
        let moves = moves
            .filter_map(|typed| Some((StageId(reading.id(&typed.from)?), StageId(reading.id(&typed.to)?))))
            .collect();
        reading.checks.finish()?;
        Ok(SavePipeline {
            id,
            version,
            name: label(&self.name, &self.name_ru),
            retired: !self.retired.is_empty(),
            stages,
            moves,
        })
    }
}

/// What is found out on the way.
#[derive(Default)]
struct Reading {
    checks: Checks,
    /// Ids of what was just added, by what they are called until then.
    made: HashMap<String, Uuid>,
}

impl Reading {
    fn id(&mut self, typed: &str) -> Option<Uuid> {
        if typed.starts_with(NEW) {
            return Some(*self.made.entry(typed.to_owned()).or_insert_with(store::new_id));
        }
        Uuid::parse_str(typed).ok()
    }

    /// What is found, or a fault at the field.
    fn found<T>(&mut self, field: &str, value: Option<T>, fault: Fault) -> Option<T> {
        if value.is_none() {
            self.checks.fail(field, fault);
        }
        value
    }

    /// The same for what may be left empty.
    fn chosen<T>(
        &mut self,
        field: &str,
        typed: &str,
        fault: Fault,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let typed = typed.trim();
        if typed.is_empty() { None } else { self.found(field, read(typed), fault) }
    }

    fn stage(&mut self, index: usize, typed: &TypedStage) -> Option<Stage> {
        let at = |part: &str| format!("stages.{index}.{part}");
        let id = self.id(&typed.id);
        let id = self.found(&at("id"), id, Fault::Unknown)?;
        let kind = self.found(&at("kind"), StageKind::from_code(&typed.kind), Fault::Unknown)?;
        let parent = match typed.parent.as_str() {
            "" => None,
            parent => {
                let parent = self.id(parent);
                self.found(&at("parent"), parent, Fault::Unknown)
            }
        };
        // Of stages that close a deal it is certain.
        let probability = match kind {
            StageKind::Open => {
                let probability = typed.probability.trim().trim_end_matches('%').trim_end().parse().ok();
                self.found(&at("probability"), probability, Fault::NotANumber).unwrap_or_default()
            }
            StageKind::Won | StageKind::Lost => 0,
        };
        Some(Stage {
            id: StageId(id),
            name: label(&typed.name, &typed.name_ru),
            kind,
            parent: parent.map(StageId),
            probability,
            limit_days: self
                .chosen(&at("limit_days"), &typed.limit_days, Fault::NotANumber, |days| days.parse().ok()),
            about: self.about(index, typed),
        })
    }

    fn about(&mut self, index: usize, typed: &TypedStage) -> About {
        let at = |part: &str| format!("stages.{index}.{part}");
        let tasks = typed.tasks.iter().enumerate();
        let items = typed.checklist.iter().enumerate();
        About {
            description: label(&typed.description, &typed.description_ru),
            script: label(&typed.script, &typed.script_ru),
            hue: self.chosen(&at("hue"), &typed.hue, Fault::Unknown, |hue| hue.parse().ok()),
            role: self.chosen(&at("role"), &typed.role, Fault::Unknown, Role::from_code),
            team: self.chosen(&at("team"), &typed.team, Fault::Unknown, |team| team.parse().ok()),
            tasks: tasks.filter_map(|(row, task)| self.task(&at(&format!("tasks.{row}")), task)).collect(),
            checklist: items
                .filter_map(|(row, item)| self.item(&at(&format!("checklist.{row}")), item))
                .collect(),
            enter: self.asked(&at("enter"), &typed.enter),
            leave: self.asked(&at("leave"), &typed.leave),
        }
    }

    fn task(&mut self, at: &str, typed: &TypedTask) -> Option<StageTask> {
        let kind = self.found(&format!("{at}.kind"), TaskKind::from_code(&typed.kind), Fault::Unknown);
        let unit = UNITS.iter().find(|(unit, _)| *unit == typed.unit).map_or(1, |(_, minutes)| *minutes);
        let due = typed.due.trim().parse::<i32>().ok();
        let due = self.found(&format!("{at}.due_minutes"), due, Fault::NotANumber);
        let assignee = self.found(&format!("{at}.assignee"), taker(&typed.taker), Fault::Unknown);
        Some(StageTask {
            kind: kind?,
            title: label(&typed.title, &typed.title_ru),
            // What is too far away for the number is too far away for the store as well.
            due_minutes: due?.saturating_mul(unit),
            assignee: assignee?,
        })
    }

    fn item(&mut self, at: &str, typed: &TypedItem) -> Option<CheckItem> {
        let id = self.id(&typed.id);
        let id = self.found(&format!("{at}.id"), id, Fault::Unknown)?;
        Some(CheckItem { id: CheckItemId(id), text: label(&typed.text, &typed.text_ru) })
    }

    fn asked(&mut self, at: &str, typed: &[String]) -> Vec<Requirement> {
        let mut asked = Vec::with_capacity(typed.len());
        for (row, code) in typed.iter().enumerate() {
            let requirement = match code.strip_prefix("item.") {
                Some(id) => self.id(id).map(|id| Requirement::Item(CheckItemId(id))),
                None => Requirement::from_code(code),
            };
            asked.extend(self.found(&format!("{at}.{row}"), requirement, Fault::Unknown));
        }
        asked
    }
}

fn ticked(yes: bool) -> String {
    if yes { ON.to_owned() } else { String::new() }
}

fn label(en: &str, ru: &str) -> Label {
    Label::new(en, ru)
}

/// Who a select's value means.
fn taker(typed: &str) -> Option<TaskTaker> {
    match typed.split_once(':') {
        None if typed == "owner" => Some(TaskTaker::Owner),
        None if typed == "head" => Some(TaskTaker::Head),
        Some(("user", id)) => id.parse().ok().map(TaskTaker::User),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{PipelineId, TeamId, UserId};
    use domain::pipeline::{DealField, Logging};

    use super::*;

    fn number(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn stage(id: u128, kind: StageKind, about: About) -> Stage {
        Stage {
            id: StageId(number(id)),
            name: Label::new("<b>&", "Этап"),
            kind,
            parent: None,
            probability: 0,
            limit_days: None,
            about,
        }
    }

    fn pipeline() -> Pipeline {
        let item = CheckItem { id: CheckItemId(number(7)), text: Label::new("Measured", "") };
        let task = |due_minutes, assignee| StageTask {
            kind: TaskKind::Meeting,
            title: Label::new("Meet", "Встреча"),
            due_minutes,
            assignee,
        };
        let about = About {
            description: Label::new("What\nto do", ""),
            script: Label::new("", "Добрый день!"),
            hue: Some(120),
            role: Some(Role::Delivery),
            team: Some(TeamId(number(3))),
            tasks: vec![
                task(90, TaskTaker::Owner),
                task(120, TaskTaker::Head),
                task(2880, TaskTaker::User(UserId(number(4)))),
                task(0, TaskTaker::Owner),
            ],
            enter: vec![Requirement::OfferSent, Requirement::Field(DealField::Amount)],
            leave: vec![Requirement::Item(item.id), Requirement::Activity(Logging::Call)],
            checklist: vec![item],
        };
        let first = Stage { probability: 40, limit_days: Some(14), ..stage(1, StageKind::Open, about) };
        let part = Stage { parent: Some(first.id), ..stage(2, StageKind::Open, About::default()) };
        Pipeline {
            id: PipelineId(number(9)),
            name: Label::new("Sales", "Продажи"),
            version: 7,
            retired: true,
            stages: vec![
                first,
                part,
                stage(5, StageKind::Won, About::default()),
                stage(6, StageKind::Lost, About::default()),
            ],
        }
    }

    #[test]
    fn what_the_editor_shows_is_read_back() {
        let pipeline = pipeline();
        assert_eq!(TypedPipeline::of(&pipeline).read(), Ok(SavePipeline::from(&pipeline)));
    }

    #[test]
    fn a_task_is_due_in_the_largest_unit_that_fits() {
        let typed = TypedPipeline::of(&pipeline());
        let due: Vec<(&str, &str)> =
            typed.stages[0].tasks.iter().map(|task| (task.due.as_str(), task.unit.as_str())).collect();
        assert_eq!(due, [("90", "minutes"), ("2", "hours"), ("2", "days"), ("0", "days")]);
    }

    #[test]
    fn what_was_added_gets_an_id_of_its_own_wherever_it_is_named() {
        let press = |step: &str, mut typed: TypedPipeline| {
            typed.step = step.to_owned();
            typed.stepped(None).typed
        };
        let mut typed = press("add:2.checklist", press("add", TypedPipeline::of(&pipeline())));
        typed.stages[2].enter.push("item.new-2".to_owned());
        typed.stages[1].parent = "new-1".to_owned();
        typed
            .moves
            .push(super::super::typed::TypedMove { from: number(8).to_string(), to: "new-1".to_owned() });
        let read = typed.read().unwrap();
        let new = &read.stages[2];
        assert_eq!((read.stages[1].parent, read.moves[0].1), (Some(new.id), new.id));
        assert_eq!(new.about.enter, [Requirement::Item(new.about.checklist[0].id)]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let mut typed = TypedPipeline::of(&pipeline());
        typed.stages[0].probability = "half".to_owned();
        typed.stages[0].limit_days = "soon".to_owned();
        typed.stages[0].team = "north".to_owned();
        typed.stages[0].tasks[1].taker = "user:nobody".to_owned();
        typed.stages[0].tasks[0].due = String::new();
        typed.stages[1].enter.push("task.cow".to_owned());
        typed.stages[1].parent = "above".to_owned();
        let Err(problem) = typed.read() else { panic!("must fail") };
        for (field, fault) in [
            ("stages.0.probability", Fault::NotANumber),
            ("stages.0.limit_days", Fault::NotANumber),
            ("stages.0.team", Fault::Unknown),
            ("stages.0.tasks.1.assignee", Fault::Unknown),
            ("stages.0.tasks.0.due_minutes", Fault::NotANumber),
            ("stages.1.enter.0", Fault::Unknown),
            ("stages.1.parent", Fault::Unknown),
        ] {
            assert_eq!(problem.fault_of(field), Some(fault), "{field}");
        }
    }

    #[test]
    fn the_form_of_a_browser_is_read() {
        let body = "id=&version=&name=Sales&stages%5B0%5D%5Bid%5D=new-1&stages[0][kind]=open&stages[0][tasks][1][title]=b\
            &stages[0][tasks][0][title]=a&stages[0][enter][0]=offer_sent&step=add%3A0.tasks";
        let typed = super::super::plain::parse(body.as_bytes()).unwrap();
        assert_eq!(
            typed.stages[0].tasks.iter().map(|task| task.title.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!((typed.stages[0].enter.len(), typed.step.as_str()), (1, "add:0.tasks"));
    }
}
