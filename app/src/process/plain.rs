//! The editor without wasm: its form is sent to its own page, which comes back with what was typed. No address could carry that.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::PipelineId;
use domain::pipeline::{CHECKLIST, REQUIREMENTS, STAGES, TASKS};
use domain::{Fault, Outcome, Problem};
use store::Db;

use super::typed::{TypedPipeline, TypedStage};

/// What was typed and is not saved: the page's context while it is made.
#[derive(Debug, Clone)]
pub struct Kept {
    pub(super) typed: TypedPipeline,
    /// Why it was not saved; `None` when nobody asked for that yet.
    pub refused: Option<Problem>,
}

impl Kept {
    /// Whether it was typed on the page of that pipeline.
    pub(super) fn is_of(&self, id: &str) -> bool {
        self.typed.id == if id == "new" { "" } else { id }
    }
}

/// What became of a form that was sent.
#[derive(Debug)]
pub enum Posted {
    Saved(PipelineId),
    Kept(Box<Kept>),
}

/// Does what the pressed button asks for. `id` is the page's, `body` the form as a browser encodes it.
pub async fn posted(db: &Db, actor: &Actor, id: &str, body: &[u8]) -> Outcome<Posted> {
    check_any(actor, Action::Write, Entity::Process)?;
    let mut typed = parse(body)?;
    let present = store::process::list(db, actor).await?.into_iter().find(|known| known.id.to_string() == id);
    typed.id = match &present {
        Some(present) => present.id.to_string(),
        None if id == "new" => String::new(),
        None => return Err(Problem::NotFound),
    };
    let typed = match (typed.step.as_str(), &present) {
        ("" | "save", _) => typed.ordered(),
        ("mine", Some(present)) => typed.over(present).ordered(),
        _ => {
            let typed = typed.stepped(present.as_ref()).typed;
            return Ok(Posted::Kept(Box::new(Kept { typed, refused: None })));
        }
    };
    let saved = async { store::process::save(db, actor, typed.read()?).await };
    Ok(match saved.await {
        Ok(id) => Posted::Saved(id),
        Err(problem) => Posted::Kept(Box::new(Kept { typed, refused: Some(problem) })),
    })
}

/// A form with more parts than the editor makes is not drawn again.
pub(super) fn parse(body: &[u8]) -> Outcome<TypedPipeline> {
    let typed: TypedPipeline = serde_qs::Config::new(5, false)
        .deserialize_bytes(body)
        .map_err(|_| Problem::Invalid { fields: Vec::new() })?;
    if is_beyond_measure(&typed) { Err(Problem::field("stages", Fault::OutOfRange)) } else { Ok(typed) }
}

/// Whether these are more parts than any pipeline has: nobody typed that.
fn is_beyond_measure(typed: &TypedPipeline) -> bool {
    let parts = |stage: &TypedStage| {
        stage.tasks.len() > TASKS
            || stage.checklist.len() > CHECKLIST
            || stage.enter.len().max(stage.leave.len()) > REQUIREMENTS
    };
    typed.stages.len() > STAGES || typed.stages.iter().any(parts)
}
