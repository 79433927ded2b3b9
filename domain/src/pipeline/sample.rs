//! Pipelines for tests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::map::{Side, Words};
use super::{About, CheckItem, Pipeline, Requirement, Stage, StageKind, StageTask, TaskTaker};
use crate::access::Role;
use crate::id::{CheckItemId, PipelineId, StageId, TeamId, UserId};
use crate::task::TaskKind;
use crate::{Label, Lang};

/// Words that say what they are.
pub(crate) struct Plain(pub(crate) Lang);

impl Words for Plain {
    fn lang(&self) -> Lang {
        self.0
    }

    fn start(&self) -> String {
        "New deal".to_owned()
    }

    fn role(&self, role: Option<Role>) -> String {
        role.map_or("Anybody", Role::code).to_owned()
    }

    fn requirement(&self, requirement: Requirement, pipeline: &Pipeline) -> String {
        match requirement {
            Requirement::Item(id) => {
                pipeline.check_item(id).map(|item| item.text.get(self.0).to_owned()).unwrap_or_default()
            }
            other => other.code().replace(['_', '.'], " "),
        }
    }

    fn side(&self, side: Side) -> String {
        match side {
            Side::Enter => "To enter".to_owned(),
            Side::Leave => "To go on".to_owned(),
        }
    }

    fn facts(&self, stage: &Stage) -> String {
        format!("{} %", stage.probability)
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn stage(number: u128, name: (&str, &str), kind: StageKind, about: About) -> Stage {
    let probability = if kind == StageKind::Won { 100 } else { 0 };
    Stage {
        id: StageId(id(number)),
        name: Label::new(name.0, name.1),
        kind,
        parent: None,
        probability,
        limit_days: None,
        about,
    }
}

/// Clarify, Visit with the part Measure, Won, Lost; with something of everything that a stage can have.
pub(crate) fn selling() -> Pipeline {
    use Requirement as R;
    let measured = CheckItem { id: CheckItemId(id(20)), text: Label::new("Measured", "Замер") };
    let call = StageTask {
        kind: TaskKind::Call,
        title: Label::new("Ask for a date", "Договориться о дате"),
        due_minutes: 90,
        assignee: TaskTaker::Head,
    };
    let rep = || About { role: Some(Role::SalesRep), ..About::default() };
    let visit = About {
        description: Label::new("We come & look.\nBring a <tape>.", ""),
        script: Label::new("Good day!", "Добрый день!"),
        hue: Some(120),
        tasks: vec![call],
        enter: vec![R::Field(super::DealField::Amount)],
        ..rep()
    };
    let measure = About {
        role: Some(Role::Delivery),
        team: Some(TeamId(id(30))),
        leave: vec![R::Item(measured.id), R::OfferSent],
        checklist: vec![measured],
        ..About::default()
    };
    let won = About { enter: vec![R::OfferAccepted, R::ActsSigned, R::FeedbackAsked], ..rep() };
    let mut stages = vec![
        stage(1, ("Clarify", "Выяснить"), StageKind::Open, rep()),
        stage(2, ("Visit", "Выезд"), StageKind::Open, visit),
        stage(3, ("Measure", "Замер"), StageKind::Open, measure),
        stage(4, ("Won", "Выиграна"), StageKind::Won, won),
        stage(5, ("Lost", "Проиграна"), StageKind::Lost, rep()),
    ];
    stages[1].limit_days = Some(14);
    stages[2].parent = Some(stages[1].id);
    Pipeline {
        id: PipelineId(id(0)),
        name: Label::new("Sales", "Продажи"),
        version: 3,
        retired: false,
        stages,
    }
}

/// Texts as people never type them: everything that XML has to escape, and what it must not fold.
fn text() -> impl Strategy<Value = String> {
    let odd = vec!['<', '&', '>', ']', '"', '\'', '\n', '\r', '\t', 'Ж', 'é', '\u{a0}', '\u{2028}', '😀'];
    let letter = prop_oneof![3 => proptest::char::range(' ', '~'), 1 => select(odd)];
    vec(letter, 0..16).prop_map(String::from_iter)
}

fn label() -> impl Strategy<Value = Label> {
    (text(), text()).prop_map(|(en, ru)| Label { en, ru })
}

fn task() -> impl Strategy<Value = StageTask> {
    let taker = prop_oneof![
        Just(TaskTaker::Owner),
        Just(TaskTaker::Head),
        any::<u128>().prop_map(|n| TaskTaker::User(UserId(Uuid::from_u128(n)))),
    ];
    (select(TaskKind::ALL.to_vec()), label(), any::<i32>(), taker)
        .prop_map(|(kind, title, due_minutes, assignee)| StageTask { kind, title, due_minutes, assignee })
}

fn about() -> impl Strategy<Value = About> {
    let requirements = || vec(select(Requirement::all().collect::<Vec<_>>()), 0..5);
    let texts = (label(), label());
    let whom = (option::of(select(Role::ALL.to_vec())), option::of(any::<u128>()));
    let look = option::of((0_u16..12).prop_map(|step| step * 30));
    (texts, whom, look, vec(task(), 0..3), vec(label(), 0..3), requirements(), requirements()).prop_map(
        |((description, script), (role, team), hue, tasks, texts, enter, leave)| {
            // Ids are given by `pipelines`.
            let item = |text| CheckItem { id: CheckItemId(Uuid::nil()), text };
            let checklist = texts.into_iter().map(item).collect();
            let team = team.map(|n| TeamId(Uuid::from_u128(n)));
            About { description, script, hue, role, team, tasks, checklist, enter, leave }
        },
    )
}

/// Pipelines with up to six open stages, some of them parts of others.
pub(crate) fn pipelines() -> impl Strategy<Value = Pipeline> {
    let stage = (label(), about(), any::<i32>(), option::of(any::<i32>()), 0_usize..3);
    let head = (label(), 1..1000_i32, any::<bool>());
    (head, vec(stage, 3..9)).prop_map(|((name, version, retired), drafts)| {
        let open = drafts.len() - 2;
        let mut line: Vec<StageId> = Vec::new();
        let mut stages = Vec::new();
        for ((name, mut about, probability, limit_days, depth), number) in drafts.into_iter().zip(1_u128..) {
            let place = stages.len();
            let kind = match place.checked_sub(open) {
                None => StageKind::Open,
                Some(0) => StageKind::Won,
                Some(_) => StageKind::Lost,
            };
            for (item, at) in about.checklist.iter_mut().zip(1_u128..) {
                item.id = CheckItemId(id(100 * number + at));
                about.leave.push(Requirement::Item(item.id));
            }
            line.truncate(if kind == StageKind::Open { depth } else { 0 });
            let parent = line.last().copied();
            line.push(StageId(id(number)));
            stages.push(Stage {
                id: StageId(id(number)),
                name,
                kind,
                parent,
                probability,
                limit_days,
                about,
            });
        }
        Pipeline { id: PipelineId(id(0)), name, version, retired, stages }
    })
}
