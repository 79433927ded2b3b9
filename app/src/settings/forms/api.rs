//! Server functions about forms and what was sent through them.

use domain::Label;
use domain::form::{SubmissionFilter, SubmissionRow};
use domain::id::{FormId, LeadId, SubmissionId};
use domain::query::Page;
use domain::user::Person;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::TypedForm;
use crate::codec::Json;
use crate::fail::Fail;

/// A form in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormRow {
    pub id: FormId,
    pub slug: String,
    pub name: Label,
    /// What its fields are called; hidden ones are left out.
    pub fields: Vec<Label>,
    pub active: bool,
    /// Submissions that wait for somebody to decide about them.
    pub waiting: u64,
}

/// A form in its builder, with what its rules choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub typed: TypedForm,
    /// What is typed is not saved yet: it comes back from a form without wasm.
    pub is_draft: bool,
    /// The address of the saved form; empty for a new one.
    pub slug: String,
    /// The public address of this server.
    pub origin: String,
    pub people: Vec<Person>,
    /// Active ones, as value and name.
    pub teams: Vec<(String, String)>,
    /// Known ones.
    pub channels: Vec<String>,
    /// What visitors may agree to.
    pub consent: Label,
}

/// A page of the log of submissions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub page: Page<SubmissionRow>,
    /// Every form, for choosing one.
    pub forms: Vec<(FormId, Label)>,
}

#[server(prefix = "/fn", endpoint = "forms/list", input = Json, output = Json)]
pub async fn list() -> Result<Vec<FormRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let waiting = store::intake::waiting(&db, &actor).await?;
    let forms = store::forms::list(&db, &actor).await?.into_iter().map(|form| FormRow {
        waiting: waiting.get(&form.id).copied().unwrap_or_default(),
        id: form.id,
        slug: form.slug,
        name: form.name,
        fields: form.fields.into_iter().map(|field| field.label).filter(|label| !label.is_empty()).collect(),
        active: form.active,
    });
    Ok(forms.collect())
}

/// `form` is the id of one, or `new`. `draft` is what was typed before, as [`kept`] puts it into the address.
#[server(prefix = "/fn", endpoint = "forms/edit", input = Json, output = Json)]
pub async fn edit(form: String, draft: String) -> Result<Edited, Fail> {
    use std::collections::BTreeSet;

    use domain::Problem;
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    let forms = store::forms::list(&db, &actor).await?;
    let saved = forms.iter().find(|known| known.id.to_string() == form);
    if saved.is_none() && form != "new" {
        return Err(Problem::NotFound.into());
    }
    let typed: Option<TypedForm> = serde_json::from_str(&draft).ok();
    let typed = typed.filter(|typed| typed.id == saved.map(|form| form.id.to_string()).unwrap_or_default());
    // Those that rules name, and those that leads came through: a rule may take a channel's name from the visit.
    let rules = store::channels::list(&db, &actor).await?.into_iter();
    let mut channels: BTreeSet<String> =
        rules.map(|rule| rule.channel).filter(|channel| !channel.contains('{')).collect();
    if check_any(&actor, Action::Read, Entity::Lead).is_ok() {
        channels.extend(store::leads::channels(&db, &actor).await?);
    }
    let teams = store::settings::teams(&db, &actor).await?.into_iter().filter(|team| team.active);
    Ok(Edited {
        is_draft: typed.is_some(),
        typed: typed.unwrap_or_else(|| saved.map_or_else(TypedForm::fresh, TypedForm::of)),
        slug: saved.map(|form| form.slug.clone()).unwrap_or_default(),
        origin: crate::ctx::server()?.site.origin,
        people: store::settings::people(&db, &actor).await?,
        teams: teams.map(|team| (team.id.to_string(), team.name)).collect(),
        channels: channels.into_iter().collect(),
        consent: store::settings::company(&db).await?.consent,
    })
}

/// Saves a form as it was typed, after what `step` asks for. Without wasm a step alone saves nothing: it would change what visitors
/// of a site see while the form is being built.
#[server(prefix = "/fn", endpoint = "forms/save", output = Json)]
pub async fn save(draft: TypedForm, #[server(default)] step: String) -> Result<(), Fail> {
    use domain::Problem;
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    // Whoever may not change it is told so, and not what is wrong with their input.
    check_any(&actor, Action::Write, Entity::Form)?;
    if !matches!(step.as_str(), "" | "save") {
        let moved = draft.step(&step);
        return if kept(&moved, None) { Ok(()) } else { Err(Problem::TooLarge.into()) };
    }
    let saved = async { store::forms::save(&db, &actor, draft.read()?).await };
    let id = match saved.await {
        Ok(id) => id,
        Err(problem) if kept(&draft, Some(&problem)) => return Ok(()),
        Err(problem) => return Err(problem.into()),
    };
    let page = format!("/settings?section=forms&form={id}");
    if draft.id.is_empty() {
        leptos_axum::redirect(&page);
    } else {
        crate::ctx::land(&page);
    }
    Ok(())
}

/// Brings the sender of a plain form back to the builder with what they typed; false for those who wait for no page.
#[cfg(feature = "ssr")]
fn kept(draft: &TypedForm, problem: Option<&domain::Problem>) -> bool {
    use leptos::server_fn::ServerFn;
    let form = if draft.id.is_empty() { "new" } else { draft.id.as_str() };
    let typed = serde_json::to_string(draft).unwrap_or_default();
    let fields = [("section", "forms"), ("form", form), ("draft", typed.as_str())];
    crate::back::bring("/settings", &fields, problem.map(|problem| (Save::PATH, problem.clone())))
}

#[server(prefix = "/fn", endpoint = "forms/log", input = Json, output = Json)]
pub async fn show_log(filter: SubmissionFilter) -> Result<Log, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let page = store::intake::log(&db, &actor, filter).await?;
    let forms = store::forms::list(&db, &actor).await?;
    Ok(Log { page, forms: forms.into_iter().map(|form| (form.id, form.name)).collect() })
}

/// Makes a lead of a submission that looked like a bot's. `back` is the log as it was looked at.
#[server(prefix = "/fn", endpoint = "forms/release", output = Json)]
pub async fn release(id: SubmissionId, #[server(default)] back: String) -> Result<LeadId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let lead = store::intake::release(&db, &actor, id).await?;
    crate::ctx::land(&back);
    Ok(lead)
}

/// Leaves such a submission to be forgotten.
#[server(prefix = "/fn", endpoint = "forms/discard", output = Json)]
pub async fn discard(id: SubmissionId, #[server(default)] back: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::intake::discard(&db, &actor, id).await?;
    crate::ctx::land(&back);
    Ok(())
}
