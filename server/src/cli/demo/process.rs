//! How the demo's company sells: who does what, what to say, what to tick off, and what is asked for before a deal goes on.

use domain::access::{Actor, Role};
use domain::activity::Subject;
use domain::id::{CheckItemId, DealId, StageId};
use domain::pipeline::{
    About, CheckItem, DealField, Pipeline, Requirement, SavePipeline, Stage, StageTask, TaskTaker,
};
use domain::task::TaskKind;
use domain::{Label, Problem};

use super::Demo;

/// Describes the stages of the pipeline that a fresh database has, and parts the delivery: its second version.
pub async fn describe(demo: &Demo) -> Result<(), Problem> {
    let pipelines = store::process::list(&demo.db, &Actor::SYSTEM).await?;
    let mut draft: SavePipeline = pipelines.first().ok_or(Problem::Internal)?.into();
    let described = [clarify(), prepare(), negotiate(), deliver(), wrap_up()];
    for (stage, about) in draft.stages.iter_mut().zip(described) {
        stage.about = about;
    }
    let delivery = draft.stages.get(3).ok_or(Problem::Internal)?.clone();
    let parts = [
        (Label::new("Kick-off", "Старт работ"), 85, kick_off()),
        (Label::new("Check and hand over", "Проверка и сдача"), 90, hand_over()),
    ];
    let parts = parts.map(|(name, probability, about)| Stage {
        id: StageId(store::new_id()),
        name,
        parent: Some(delivery.id),
        probability,
        about,
        ..delivery.clone()
    });
    for (place, part) in (4..).zip(parts) {
        draft.stages.insert(place, part);
    }
    store::process::save(&demo.db, &Actor::SYSTEM, draft).await?;
    Ok(())
}

fn clarify() -> About {
    let checklist = vec![
        item("We know who decides", "Знаем, кто принимает решение"),
        item("We know by when", "Знаем, к какому сроку"),
        item("A budget was named", "Назван бюджет"),
    ];
    About {
        description: Label::new(
            "Find out what they need, by when, and who decides.",
            "Выяснить, что нужно, к какому сроку и кто решает.",
        ),
        script: Label::new(
            "What made you write to us just now?\nWhat happens if it stays as it is?\nWho else has a say?\n\
             When should it be done?",
            "Почему вы обратились именно сейчас?\nЧто будет, если оставить как есть?\nКто ещё участвует в решении?\n\
             К какому сроку нужно?",
        ),
        role: Some(Role::SalesRep),
        leave: checklist.iter().take(2).map(|item| Requirement::Item(item.id)).collect(),
        checklist,
        ..About::default()
    }
}

fn prepare() -> About {
    let write = StageTask {
        kind: TaskKind::Document,
        title: Label::new("Write the offer", "Составить предложение"),
        due_minutes: 24 * 60,
        assignee: TaskTaker::Owner,
    };
    About {
        description: Label::new(
            "The offer leaves within a day.",
            "Предложение уходит клиенту в течение дня.",
        ),
        role: Some(Role::SalesRep),
        tasks: vec![write],
        ..About::default()
    }
}

fn negotiate() -> About {
    About {
        description: Label::new(
            "Answer questions, agree on scope, dates and price.",
            "Ответить на вопросы, согласовать объём, сроки и цену.",
        ),
        script: Label::new(
            "Did everything in the offer make sense?\nWhat would you change?\nWhat keeps you from beginning?",
            "Всё ли понятно в предложении?\nЧто бы вы изменили?\nЧто мешает начать?",
        ),
        role: Some(Role::SalesRep),
        enter: vec![Requirement::OfferSent, Requirement::Field(DealField::Amount)],
        ..About::default()
    }
}

fn deliver() -> About {
    About {
        description: Label::new("The work itself.", "Сама работа."),
        role: Some(Role::Delivery),
        checklist: vec![
            item("Access was given", "Доступы получены"),
            item("Dates are agreed", "Даты согласованы"),
        ],
        enter: vec![Requirement::OfferAccepted],
        ..About::default()
    }
}

fn kick_off() -> About {
    About {
        description: Label::new(
            "Meet the client’s people, fix who does what by when.",
            "Познакомиться с людьми клиента, решить, кто что делает и когда.",
        ),
        role: Some(Role::Delivery),
        ..About::default()
    }
}

fn hand_over() -> About {
    About {
        description: Label::new(
            "Look at the result with the client before the acts are written.",
            "Вместе с клиентом проверить результат до подписания актов.",
        ),
        role: Some(Role::Delivery),
        checklist: vec![item("The client has seen the result", "Клиент увидел результат")],
        ..About::default()
    }
}

fn wrap_up() -> About {
    About {
        description: Label::new(
            "Have the acts signed and ask how it went.",
            "Подписать акты и спросить, как всё прошло.",
        ),
        role: Some(Role::SalesRep),
        ..About::default()
    }
}

fn item(en: &str, ru: &str) -> CheckItem {
    CheckItem { id: CheckItemId(store::new_id()), text: Label::new(en, ru) }
}

/// Ticks off everything on the stage's list.
pub async fn tick_all(demo: &Demo, actor: &Actor, deal: DealId, stage: &Stage) -> Result<(), Problem> {
    for item in &stage.about.checklist {
        store::process::tick(&demo.db, actor, deal, item.id, true).await?;
    }
    Ok(())
}

/// Takes the tick of the stage's first item back; where it is `true` now, it is set again.
pub async fn reconsider(
    demo: &Demo,
    actor: &Actor,
    deal: DealId,
    stage: &Stage,
    is_true: bool,
) -> Result<(), Problem> {
    let item = stage.about.checklist.first().ok_or(Problem::Internal)?;
    store::process::tick(&demo.db, actor, deal, item.id, false).await?;
    if is_true {
        store::process::tick(&demo.db, actor, deal, item.id, true).await?;
    }
    Ok(())
}

/// Finishes the tasks that stages gave by themselves.
pub async fn finish_tasks(
    demo: &Demo,
    actor: &Actor,
    deal: DealId,
    pipeline: &Pipeline,
) -> Result<(), Problem> {
    let titles: Vec<&str> = pipeline
        .stages
        .iter()
        .flat_map(|stage| &stage.about.tasks)
        .map(|task| task.title.get(demo.lang))
        .collect();
    for task in store::tasks::open_on(&demo.db, actor, Subject::Deal(deal)).await? {
        if titles.contains(&task.title.as_str()) {
            store::tasks::finish(&demo.db, actor, task.id, task.version).await?;
        }
    }
    Ok(())
}
